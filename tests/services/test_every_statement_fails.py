"""Whichever statement of whichever command fails: nothing or everything is written, and sending it again succeeds."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from functools import cache
from itertools import count
from typing import Any

import pytest
from office import (
    MEMBERS,
    NOW,
    OFFICE,
    PASSWORD,
    TODAY,
    WHY,
    act,
    case_in,
    grant,
    invited,
    moved,
    pdf,
    rows,
)

from privileging.errors import StoreUnavailable
from privileging.exchange.office_file import read_office
from privileging.services import people, verbs
from privileging.services.office import apply_office
from privileging.services.workflows import publish
from privileging.store import history
from privileging.store.driver import Store, open_store

LATE = "2026-06-02T15:00:00.000000Z"
SMALL = b"""
workflow: locum
version: 1
title: Locum tenens
governed_by: Sample bylaws
roles:
  applicant: {of: case, title: Applicant}
opening:
  apply: {by: applicant, to: draft, title: Apply}
states:
  draft:
    title: Draft
    actions:
      withdraw: {by: applicant, to: withdrawn, title: Withdraw}
  withdrawn:
    title: Withdrawn
    final: withdrawn
"""


class Fault:
    """Which statement fails, counted from when it is set; 0: none."""

    at = 0
    numbers = count(1)

    @classmethod
    def set(cls, at: int) -> None:
        cls.at, cls.numbers = at, count(1)

    @classmethod
    def due(cls, statement: object) -> bool:
        """Whether this one fails. A ROLLBACK that fails is no loss: the connection is thrown away."""
        return cls.at > 0 and statement != "ROLLBACK" and next(cls.numbers) == cls.at

    @classmethod
    def missed(cls) -> bool:
        return next(cls.numbers) <= cls.at


class FailingCursor(sqlite3.Cursor):
    def execute(self, *args: Any) -> Any:
        if Fault.due(args[0]):
            raise sqlite3.OperationalError("disk I/O error")
        return super().execute(*args)

    def executemany(self, *args: Any) -> Any:
        if Fault.due(args[0]):
            raise sqlite3.OperationalError("disk I/O error")
        return super().executemany(*args)


class FailingConnection(sqlite3.Connection):
    def cursor(self, *args: Any) -> Any:
        return super().cursor(FailingCursor)


@cache
def failing_on_postgresql() -> type[Any]:
    import psycopg

    class Cursor(psycopg.Cursor[Any]):
        def execute(self, *args: Any, **more: Any) -> Any:
            if Fault.due(args[0]):
                raise psycopg.OperationalError("terminating connection due to administrator command")
            return super().execute(*args, **more)

        def executemany(self, *args: Any, **more: Any) -> Any:
            if Fault.due(args[0]):
                raise psycopg.OperationalError("terminating connection due to administrator command")
            return super().executemany(*args, **more)

    return Cursor


@pytest.fixture
def frail(office_url: str) -> Iterator[Store]:
    """An office whose database fails one statement when it is told to."""
    sqlite = office_url.startswith("sqlite")
    how = {"factory": FailingConnection} if sqlite else {"cursor_factory": failing_on_postgresql()}
    opened = open_store(office_url, connect_args=how, durable=False)
    yield opened
    Fault.set(0)
    opened.close()


Prepared = Callable[[Store], Callable[[], object]]


def opening(store: Store) -> Callable[[], object]:
    return lambda: invited(store, key="k")


def recording(store: Store) -> Callable[[], object]:
    case, papers = invited(store), {"photo_id": pdf("one"), "curriculum_vitae": pdf("two")}
    return lambda: verbs.record_items(store, act("adeyemi", key="k"), case, {"specialty": "Surgery"}, documents=papers)


def requesting(store: Store) -> Callable[[], object]:
    case = invited(store)
    return lambda: verbs.request_privileges(store, act("adeyemi", key="k"), case, "general_surgery")


def attesting(store: Store) -> Callable[[], object]:
    case = invited(store)
    return lambda: verbs.attest(store, act("adeyemi", key="k"), case, "True and complete")


def verifying(store: Store) -> Callable[[], object]:
    case = case_in(store, "verification")
    told: Any = {"method": "web site", "verified_on": TODAY, "proof": pdf("printout")}
    return lambda: verbs.verify(store, act("ortiz", key="k"), case, "license", **told)


def doing(store: Store) -> Callable[[], object]:
    case, why = case_in(store, "verification"), {"reasons": "A page is missing"}
    return lambda: verbs.do(store, act("ortiz", key="k"), case, "request_information", facts=why)


def withdrawing(store: Store) -> Callable[[], object]:
    case = case_in(store, "adverse_recommendation")
    return lambda: verbs.do(store, act("adeyemi", key="k"), case, "withdraw")


def moving(store: Store) -> Callable[[], object]:
    case = case_in(store, "committee_review")
    return lambda: verbs.move(store, act("ruiz", key="k"), case, "recommend")


def voting(store: Store) -> Callable[[], object]:
    case = case_in(store, "committee_review")
    number = moved(store, case, "ruiz", "recommend")
    return lambda: verbs.vote(store, act("bauer", key="k"), case, number, "for")


def recusing(store: Store) -> Callable[[], object]:
    case = case_in(store, "committee_review")
    number = moved(store, case, "ruiz", "recommend")
    verbs.vote(store, act("bauer"), case, number, "for")
    return lambda: verbs.recuse(store, act("bauer", key="k"), case, "credentials_committee", "A partner")


def declaring(store: Store) -> Callable[[], object]:
    case = case_in(store, "committee_review")
    body, statement = "credentials_committee", "I know nobody involved"
    return lambda: verbs.declare(store, act("bauer", key="k"), case, body, statement)


def striking(store: Store) -> Callable[[], object]:
    case = case_in(store, "verification")
    return lambda: verbs.strike(store, act("ortiz", key="k"), case, 1, "Another practitioner's receipt")


def granting(store: Store) -> Callable[[], object]:
    case = case_in(store, "board_review")
    number = moved(store, case, "hale", "approve", facts=grant(store, case))
    for member in MEMBERS["governing_board"]:
        verbs.vote(store, act(member), case, number, "for")
    return lambda: verbs.close(store, act("hale", key="k"), case, number)


def opposing(store: Store) -> Callable[[], object]:
    case = case_in(store, "executive_review")
    number = moved(store, case, "okafor", "recommend_against", facts=WHY)
    for member in MEMBERS["executive_committee"]:
        verbs.vote(store, act(member), case, number, "for")
    return lambda: verbs.close(store, act("okafor", key="k"), case, number)


def serving(store: Store) -> Callable[[], object]:
    case = case_in(store, "granted")
    return lambda: verbs.serve(
        store, act("ortiz", key="k"), case, "decision_notice", served_on=TODAY, proof=pdf("letter")
    )


def sweeping(store: Store) -> Callable[[], object]:
    invited(store)
    return lambda: verbs.sweep(store, now=LATE)


def answering(store: Store) -> Callable[[], object]:
    case = case_in(store, "adverse_recommendation")
    verbs.serve(store, act("ortiz"), f"{case}.1", "adverse_notice", served_on=TODAY)
    return lambda: verbs.sweep(store, now=LATE)


def setting_up(store: Store) -> Callable[[], object]:
    text = OFFICE.replace(b", {person: costa}", b"").replace(b"title: Lakeside", b"title: Lakeview")
    wanted = read_office(text.replace(b"name: Ana Ruiz", b"name: Ana R. Ruiz"), "office.yaml")
    return lambda: apply_office(store, wanted, key="k", now=NOW)


def entering(store: Store) -> Callable[[], object]:
    entries = [people.Entry(npi, f"New {npi}", {"credential": "MD"}) for npi in ("1234567893", "1000000004")]
    return lambda: people.enter(store, entries, key="k", now=NOW)


def giving_an_account(store: Store) -> Callable[[], object]:
    return lambda: people.open_account(store, "second", "person/ortiz", PASSWORD, key="k", now=NOW)


def publishing(store: Store) -> Callable[[], object]:
    return lambda: publish(store, {"locum": SMALL}, live_from=TODAY, key="k", now=NOW)


COMMANDS: list[Prepared] = [
    opening,
    recording,
    requesting,
    attesting,
    verifying,
    doing,
    withdrawing,
    moving,
    voting,
    recusing,
    declaring,
    striking,
    granting,
    opposing,
    serving,
    sweeping,
    answering,
    setting_up,
    entering,
    giving_an_account,
    publishing,
]


def attempt(command: Callable[[], object], at: int) -> bool:
    """Whether the command succeeds: because it has no statement number ``at``, which would have failed."""
    Fault.set(at)
    try:
        command()
        assert Fault.missed(), f"nobody heard that statement {at} failed"
    except StoreUnavailable:
        return False
    finally:
        Fault.set(0)
    return True


@pytest.mark.parametrize("prepare", COMMANDS, ids=lambda prepare: prepare.__name__)
def test_a_command_is_written_whole_or_not_at_all(frail: Store, prepare: Prepared) -> None:
    command = prepare(frail)
    before = rows(frail)
    failed = 0
    while not attempt(command, failed + 1):
        failed += 1
        assert rows(frail) == before, f"after statement {failed} failed"
    after = rows(frail)
    assert failed >= 5
    assert after != before
    with frail.reading() as unit:
        history.verify(unit)
    command()
    assert rows(frail) == after
