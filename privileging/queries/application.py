"""An application as it is read: why it came back, what changed since it was last sent, who attested, its files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Text, bindparam, select

from privileging.definition.model import Workflow
from privileging.engine.values import Case, Line, Person
from privileging.errors import NotFound
from privileging.queries import library
from privileging.queries.loading import as_event, folded
from privileging.store import streams, tables
from privileging.store.driver import Statement, Unit
from privileging.store.streams import Recorded

_e = tables.evidence.c


@dataclass(frozen=True, slots=True)
class Returned:
    """Why the application came back to its applicant: said by whom (a role), when."""

    reason: str
    role: str
    at: str


@dataclass(frozen=True, slots=True)
class Attested:
    """What the applicant signed, and when."""

    statement: str
    at: str


@dataclass(frozen=True, slots=True)
class Change:
    """An answer that is another one since the application was last sent. ``before`` is None where there was none.

    ``account``: whose it is that changed it; empty for the applicant.
    """

    before: object
    account: str
    at: str
    reason: str


@dataclass(frozen=True, slots=True)
class Application:
    """The case with its application; ``since``: when it was sent before, which ``changes`` are counted from.

    ``added`` and ``gone`` are the privileges that came and went since; ``form`` the delineation form they stand on.
    """

    case: Case
    workflow: Workflow
    form: str
    returned: Returned | None
    attested: Attested | None
    sent: str
    since: str
    changes: Mapping[str, Change]
    added: frozenset[str]
    gone: tuple[Line, ...]

    @property
    def documents(self) -> tuple[str, ...]:
        """The digests of the files that answer it."""
        return tuple(value["evidence"] for value in self.case.application.values() if isinstance(value, dict))


def application_of(unit: Unit, case_id: str) -> Application:
    """The application of a case, read from its events. Raises NotFound."""
    events = list(streams.read(unit, case_id))
    if not events:
        raise NotFound(f"There is no case {case_id.removeprefix('case/')}")
    case: Case = folded(case_id, map(as_event, events))
    workflow = library.workflow_of(unit, case.digest)
    sent = [event for event in events if _sends(workflow, event)]
    again = len(sent) > 1 and not with_applicant(workflow, case.state)
    base = sent[-2] if again else sent[-1] if sent else None
    before: Case | None = folded(case_id, map(as_event, events[: base.seq])) if base else None
    known = {line.code for line in before.lines} if before else set()
    asked = {line.code for line in case.lines}
    return Application(
        case=case,
        workflow=workflow,
        form=next((str(event.body["form"]) for event in reversed(events) if "form" in event.body), ""),
        returned=_returned(workflow, events),
        attested=_attested(case, events),
        sent=sent[-1].effective_at if sent else "",
        since=base.effective_at if base else "",
        changes=_changes(before, case, events) if before else {},
        added=frozenset(asked - known) if before else frozenset(),
        gone=tuple(line for line in before.lines if line.code not in asked) if before else (),
    )


def sending(workflow: Workflow, state: str) -> tuple[str, ...]:
    """The actions of a state by which its applicant sends the application off, complete."""
    mine = {role.name for role in workflow.roles.values() if role.of == "case"}
    return tuple(
        action.name
        for action in workflow.states[state].actions.values()
        if mine.intersection(action.by) and any(item.name == "application_complete" for item in action.requires)
    )


def with_applicant(workflow: Workflow, state: str) -> bool:
    """Whether the application is in its applicant's hands."""
    return bool(sending(workflow, state))


def may_change(workflow: Workflow, case: Case, person: Person, day: str) -> bool:
    """Whether this person may change somebody else's application, with a reason: whoever records verifications."""
    names = {name for wanted in workflow.verifications.values() for name in wanted.by}
    roles = [workflow.roles[name] for name in names]
    held = any(
        person.holds(role.name, case.facility, day, case.departments if role.of == "department" else None)
        for role in roles
        if role.of != "case"
    )
    return held and person.id != case.practitioner


def _sends(workflow: Workflow, event: Recorded) -> bool:
    body = event.body
    return event.kind == "moved" and bool(body["from"]) and body["action"] in sending(workflow, body["from"])


def _returned(workflow: Workflow, events: Sequence[Recorded]) -> Returned | None:
    """The last time that somebody sent it back to the applicant, with what they stated."""
    for event in reversed(events):
        if event.kind == "moved" and event.body["to"] and with_applicant(workflow, event.body["to"]):
            stated = event.body["facts"].items()
            texts = [str(value) for name, value in stated if workflow.facts[name].name == "text"]
            reason = "\n".join(texts) or str(event.body.get("reason") or "")
            role = workflow.roles[event.role].title if event.role in workflow.roles else ""
            return Returned(reason, role, event.effective_at)
    return None


def _attested(case: Case, events: Sequence[Recorded]) -> Attested | None:
    last = next((event for event in reversed(events) if event.kind == "attested"), None)
    if last is None or not case.attested_by:
        return None
    return Attested(str(last.body["statement"]), last.effective_at)


def _changes(before: Case, now: Case, events: Sequence[Recorded]) -> dict[str, Change]:
    changed = [name for name, value in now.application.items() if before.application.get(name) != value]
    last = {name: event for event in events if event.kind == "items_recorded" for name in event.body["items"]}
    return {name: _change(now, before.application.get(name), last[name]) for name in changed}


def _change(case: Case, before: object, event: Recorded) -> Change:
    account = "" if event.actor == case.practitioner else event.account
    return Change(before, account, event.effective_at, str(event.body.get("reason") or ""))


# Files -----------------------------------------------------------------------------------------------------------


def sizes_of(unit: Unit, digests: Iterable[str]) -> dict[str, int]:
    """How large the files under these digests are, in bytes."""
    wanted = sorted(set(digests))
    if not wanted:
        return {}
    named = {f"digest_{number}": digest for number, digest in enumerate(wanted)}
    return dict(unit.all(_sizes(len(wanted)), named))


@cache
def _sizes(count: int) -> Statement:
    names = [bindparam(f"digest_{number}", type_=Text) for number in range(count)]
    return Statement(select(_e.digest, _e.size).where(_e.digest.in_(names)))


def file_named(unit: Unit, case_id: str, digest: str, *, confidential: bool) -> str:
    """What a file proves in this case, empty where nothing names it: an answer of the application, now or before.

    With ``confidential``, a verification too.
    """
    found = ""
    for event in streams.read(unit, case_id):
        if confidential or event.kind == "items_recorded":
            found = next((name for name, known in _files(event) if known == digest), found)
    return found


def _files(event: Recorded) -> Iterator[tuple[str, str]]:
    """The files that an event names, each with what it proves."""
    if event.kind == "verified":
        yield event.body["check"]["name"], event.body["check"]["evidence"]
    for name, value in event.body.get("items", {}).items():
        if isinstance(value, dict):
            yield name, str(value.get("evidence"))
