"""A case's history as sentences: who did what, when, in which role, why, and on what it relied."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from privileging.errors import NotFound
from privileging.store import streams
from privileging.store.driver import Unit
from privileging.store.streams import Recorded

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """One event, to read. ``late``: entered after it took effect."""

    seq: int
    kind: str
    effective_at: str
    recorded_at: str
    late: bool
    actor: str
    role: str
    account: str
    says: str
    reason: str
    relied_on: tuple[str, ...]
    digest: str


def history(unit: Unit, stream: str) -> tuple[Entry, ...]:
    """Every event of a stream, oldest first. Raises NotFound when there is none."""
    entries = tuple(entry_of(event) for event in streams.read(unit, stream))
    if not entries:
        raise NotFound(f"There is no history of {stream}")
    return entries


def entry_of(event: Recorded) -> Entry:
    """One event, to read."""
    sentence = _SENTENCES.get(event.kind)
    return Entry(
        seq=event.seq,
        kind=event.kind,
        effective_at=event.effective_at,
        recorded_at=event.recorded_at,
        late=event.effective_at < event.recorded_at and event.actor != "clock" and bool(event.body.get("reason")),
        actor=event.actor,
        role=event.role,
        account=event.account,
        says=sentence(event.body) if sentence else event.kind.replace("_", " "),
        reason=_reason(event.body),
        relied_on=tuple(_relied_on(event.body)),
        digest=event.digest,
    )


def _reason(body: Body) -> str:
    facts = body.get("facts") or {}
    return str(body.get("reason") or facts.get("reasons") or "")


def _relied_on(body: Body) -> list[str]:
    relied = body.get("relied_on") or {}
    checks = relied.get("verifications") or ()
    streams_ = [f"{stream} at version {version}" for stream, version in (relied.get("streams") or {}).items()]
    return [*([f"verifications {', '.join(map(str, checks))}"] if checks else []), *streams_]


def _moved(body: Body) -> str:
    stated = ", ".join(f"{name}: {_short(value)}" for name, value in body["facts"].items())
    where = f"{body['from'] or 'opened'} → {body['to'] or 'stays'}"
    late = f"; late: {', '.join(body['late'])}" if body["late"] else ""
    return f"{body['action']} ({where}){f'; {stated}' if stated else ''}{late}"


def _short(value: object) -> str:
    return f"{len(value)} lines" if isinstance(value, list) else str(value)


def _verified(body: Body) -> str:
    check = body["check"]
    proof = f", evidence {check['evidence'][:12]}" if check["evidence"] else ""
    until = f", good until {check['good_until']}" if check["good_until"] else ""
    found = f"{check['outcome']} at {check['source']} on {check['verified_on']}"
    return f"{check['name']} #{check['number']}: {found}{until}{proof}"


def _closed(body: Body) -> str:
    missing = "; ".join(reason["text"] for reason in body["missing"])
    return f"motion {body['motion']}: {body['sentence']}{f', not executed: {missing}' if missing else ''}"


_SENTENCES: Mapping[str, Callable[[Body], str]] = {
    "opened": _moved,
    "moved": _moved,
    "verified": _verified,
    "items_recorded": lambda body: f"recorded {', '.join(body['items'])}",
    "privileges_requested": lambda body: f"requested {len(body['lines'])} privileges on {body['form']}",
    "attested": lambda body: f"attested: {body['statement']}",
    "verification_struck": lambda body: f"struck verification #{body['number']}",
    "motion_made": lambda body: f"motion {body['number']}: {body['action']}",
    "vote_cast": lambda body: f"voted {body['choice']} on motion {body['motion']}",
    "recused": lambda body: f"recused from {body['body']}",
    "no_conflict_declared": lambda body: f"declared no conflict in {body['body']}: {body['statement']}",
    "motion_closed": _closed,
    "notice_owed": lambda body: f"{body['name']} is to be served",
    "notice_served": lambda body: f"{body['name']} served on {body['served_on']} by {body['method']}",
    "privileges_granted": lambda body: f"granted {len(body['lines'])} privileges, {body['begins']} to {body['ends']}",
    "child_opened": lambda body: f"opened {body['case']} ({body['workflow']})",
}
