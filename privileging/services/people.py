"""Persons: who they are, the roles they hold, their accounts, and practitioners read from a registry."""

from __future__ import annotations

import re
import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import bindparam, delete, select

from privileging.canonical import canonical
from privileging.engine.facts import text_fault
from privileging.engine.values import Command, Person
from privileging.errors import Conflict, InvalidInput
from privileging.identifiers import npi_fault
from privileging.queries.loading import head_of, person_of, value_of
from privileging.services import door, plain
from privileging.store import tables
from privileging.store.driver import Statement, Store, Unit
from privileging.store.projections import insert_into

LEAST_PASSWORD = 15
_ACCOUNT_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}\Z")
_ACCOUNT = Statement(select(tables.account).where(tables.account.c.name == bindparam("name")))
_HASH = Statement(select(tables.password.c.hash).where(tables.password.c.account == bindparam("account")))
_FORGET = Statement(delete(tables.password).where(tables.password.c.account == bindparam("of_account")))
_KEEP = insert_into(tables.password)
_hasher = PasswordHasher()


@dataclass(frozen=True, slots=True)
class Entry:
    """A practitioner to enter: NPI, name as people write it, and the professional record."""

    npi: str
    name: str
    record: Mapping[str, object]


def person_id(npi: str) -> str:
    """The stream of a practitioner: an NPI is for life and for one person."""
    return f"person/npi-{npi}"


def person_from(text: str) -> str:
    """A person's stream from what people type: an NPI, or the name in the office file. InvalidInput for a wrong NPI."""
    text = text.strip()
    if text.startswith("person/"):
        return text
    if not text.isdigit():
        return f"person/{text}"
    if fault := npi_fault(text):
        raise InvalidInput({"practitioner": f"{text}: {fault}"})
    return person_id(text)


def appointment(unit: Unit, command: Command) -> door.Write:
    """Records in the practitioner's stream the term that a case granted."""
    change = ("appointment_recorded", command.args)
    return plain.write(unit, command.stream, [change], key=command.key, actor=command.actor, at=command.effective_at)


def entry_changes(person: Person | None, entry: Entry) -> list[plain.Change]:
    """The events that bring a person's record to ``entry``; none when it says nothing new."""
    told = {"name": entry.name, "npi": entry.npi, "record": entry.record}
    known = person and canonical({"name": person.name, "npi": person.npi, "record": person.record})
    return [] if known == canonical(told) else [("person_recorded", told)]


def enter(
    store: Store, entries: Sequence[Entry], *, key: str = "", actor: str = plain.OPERATOR, now: str | None = None
) -> tuple[str, ...]:
    """Enters practitioners, or what changed about them, in one transaction; the persons that changed.

    Raises InvalidInput naming the field (a wrong check digit, an empty name, text the database cannot keep).
    """
    for entry in entries:
        _check(entry)
    if twice := [npi for npi, times in Counter(entry.npi for entry in entries).items() if times > 1]:
        raise InvalidInput({"npi": f"entered twice: {', '.join(twice)}"})
    door.admit({"key": key, "actor": actor})
    at, key = door.now_or(now), door.client_key(key)
    told = [{"npi": entry.npi, "name": entry.name, "record": entry.record} for entry in entries]
    changed: list[str] = []

    def plan(unit: Unit) -> door.Plan:
        changed.clear()
        planned = door.Plan()
        for entry in entries:
            stream = person_id(entry.npi)
            head = head_of(unit, stream)
            changes = entry_changes(value_of(unit, head, Person) if head else None, entry)
            if changes:
                changed.append(stream)
                own = key if len(changed) == 1 else f"{key}>{len(changed)}"
                planned.writes.append(plain.write(unit, stream, changes, key=own, actor=actor, at=at))
        return planned

    mark = door.fingerprint("enter", "person", actor, {"entries": told}, "")
    done = door.carry_out(store, key=key, mark=mark, actor=actor, now=at, plan=plan, stream="person")
    return () if done.replayed else tuple(changed)


def _check(entry: Entry) -> None:
    faults = {"npi": npi_fault(entry.npi), "name": text_fault(entry.name)}
    if found := {field: f"{fault} ({entry.npi})" for field, fault in faults.items() if fault}:
        raise InvalidInput(found)
    canonical(entry.record)


def open_account(
    store: Store, name: str, person: str, password: str, *, hashed: str = "", key: str = "", now: str | None = None
) -> door.Done:
    """Opens an account for a person and keeps the password's hash, never the password, in one transaction.

    ``hashed``: what ``hash_of`` made of the password before, where many accounts share one (a demo).
    """
    door.admit({"password": password, "person": person, "key": key})
    faults = {"account": account_fault(name), "password": password_fault(password, name)}
    if found := {field: fault for field, fault in faults.items() if fault}:
        raise InvalidInput(found)
    at, hashed = door.now_or(now), hashed or hash_of(password)

    def plan(unit: Unit) -> door.Plan:
        person_of(unit, person)
        if unit.first(_ACCOUNT, {"name": name}):
            raise Conflict(f"The account {name!r} exists already")
        change = ("account_opened", {"account": name})
        written = plain.write(unit, person, [change], key=key, actor=plain.OPERATOR, at=at)
        kept = (_KEEP, {"account": name, "hash": hashed, "changed_at": at})
        return door.Plan([written], {}, [(_FORGET, {"of_account": name}), kept])

    key = door.client_key(key)
    mark = door.fingerprint("open_account", person, plain.OPERATOR, {"account": name}, "")
    return door.carry_out(store, key=key, mark=mark, actor=plain.OPERATOR, now=at, plan=plan, stream=person)


def hash_of(password: str) -> str:
    """A password as it is kept; slow to make, so that guessing is slow."""
    return _hasher.hash(password)


def account_fault(name: str) -> str | None:
    """Why ``name`` cannot be an account's name, or None."""
    if _ACCOUNT_NAME.match(name):
        return None
    return "must be 2 to 64 lower-case letters, digits, dots, dashes or underscores"


def password_fault(password: str, account: str) -> str | None:
    """Why a password is refused, or None: length and context only, no composition rules (NIST SP 800-63B)."""
    if len(password) < LEAST_PASSWORD:
        return f"must have at least {LEAST_PASSWORD} characters"
    if len(password) > 1024:
        return "must have at most 1,024 characters"
    return "may not contain the account's name" if account and account in password.lower() else None


def password_is(unit: Unit, account: str, password: str) -> bool:
    """Whether this is the open account's password; an unknown name takes as long to answer as a known one."""
    row, known = unit.first(_HASH, {"account": account}), unit.first(_ACCOUNT, {"name": account})
    try:
        right = _hasher.verify(row[0] if row else _dummy(), password)
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False
    return right and row is not None and known is not None and known[3] is None


@cache
def _dummy() -> str:
    """What the password of an unknown name is compared with."""
    return _hasher.hash(secrets.token_urlsafe(32))
