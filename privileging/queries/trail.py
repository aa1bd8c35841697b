"""One case's history as its page shows it: checked event by event, in names and titles, and nothing shown too early.

How others voted is read after the motion is closed, by whoever reads every case of the facility and by the members
of the body that voted. Events from the first that does not verify on are not shown: nobody knows what they said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import bindparam, select, union

from privileging.definition.model import Workflow
from privileging.engine.values import Case, Facility, Person, Running, body_id
from privileging.errors import HistoryBroken, NotFound
from privileging.queries import library
from privileging.queries.loading import as_event, folded, value_of
from privileging.queries.telling import Words, actor_name
from privileging.store import streams, tables
from privileging.store.driver import Statement, Unit
from privileging.store.history import verify_stream
from privileging.store.streams import Head, Recorded

_s, _c, _e = tables.stream.c, tables.case_file.c, tables.event.c
_PARTY = Statement(
    select(tables.stream).where(
        _s.id.in_(
            union(
                select(_c.id).where(_c.id == bindparam("case")),
                select(_c.facility).where(_c.id == bindparam("case2")),
                select(_e.actor).where(_e.stream == bindparam("case3")),
            )
        )
    )
)


@dataclass(frozen=True, slots=True)
class Strip:
    """What the head of a page about a case says."""

    id: str
    title: str
    workflow_version: int
    practitioner: str
    practitioner_name: str
    zone: str
    state: str
    state_title: str
    since: str
    outcome: str
    deadlines: tuple[Running, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One event, in words. ``withheld``: a vote that is not the reader's to see: who cast it and how is left out."""

    seq: int
    kind: str
    effective_at: str
    recorded_at: str
    late: bool
    actor: str
    who: str
    role: str
    says: str
    reason: str
    relied_on: tuple[str, ...]
    evidence: tuple[tuple[str, str], ...]
    digest: str
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class Trail:
    """A case with the history that verifies, newest first. ``broken``: the first event that does not (0: all do)."""

    case: Case
    workflow: Workflow
    facility: Facility
    names: Mapping[str, str]
    events: tuple[Recorded, ...]
    lines: tuple[Line, ...]
    broken: int
    fault: str

    @property
    def withheld(self) -> frozenset[int]:
        """The votes that are not the reader's to see."""
        return frozenset(line.seq for line in self.lines if line.withheld)

    def stood(self, upto: int) -> Case:
        """The case as it stood after event ``upto``. Raises NotFound where there is no such event to rely on."""
        if not 1 <= upto <= len(self.events):
            raise NotFound(f"There is no event {upto} in this history")
        stood: Case = folded(self.case.id, map(as_event, self.events[:upto]))
        return stood


@dataclass(frozen=True, slots=True)
class Party:
    """A case as its stream tells, and the values of who acted in it."""

    case: Case
    facility: Facility
    names: Mapping[str, str]


def strip_of(workflow: Workflow, case: Case, facility: Facility) -> Strip:
    """The head of a page about ``case``."""
    return Strip(
        id=case.id,
        title=workflow.title,
        workflow_version=workflow.version,
        practitioner=case.practitioner,
        practitioner_name=case.practitioner_name,
        zone=facility.zone,
        state=case.state,
        state_title=workflow.states[case.state].title,
        since=case.since,
        outcome=case.outcome,
        deadlines=case.deadlines,
    )


def party_of(unit: Unit, case: str) -> Party:
    """The case, its facility and who acted in it. Raises NotFound."""
    heads = {row[0]: Head(*row) for row in unit.all(_PARTY, {"case": case, "case2": case, "case3": case})}
    if case not in heads:
        raise NotFound(f"There is no case {case.removeprefix('case/')}")
    found = value_of(unit, heads[case], Case)
    people = {head.id: value_of(unit, head, Person).name for head in heads.values() if head.kind == "person"}
    people.setdefault(found.practitioner, found.practitioner_name)
    return Party(found, value_of(unit, heads[found.facility], Facility), people)


def trail(unit: Unit, case: str, reader: str, bodies: frozenset[str] | None) -> Trail:
    """The history for ``reader``, who may see the votes of ``bodies`` once they are closed (None: of every body).

    Raises NotFound.
    """
    party = party_of(unit, case)
    broken, fault = _checked(unit, case)
    workflow = library.workflow_of(unit, party.case.digest)
    recorded = streams.read(unit, case)
    events = tuple(islice(recorded, broken - 1) if broken else recorded)
    words = Words(workflow, party.facility, party.names, {}, {})
    from_vote = first_open_vote(party.case, events)
    lines = []
    for event in events:
        words.note(event)
        closed = event.seq < from_vote and (bodies is None or body_id(party.facility.id, event.role) in bodies)
        hidden = event.kind == "vote_cast" and event.actor != reader and not closed
        lines.append(_line(words, event, hidden))
    return Trail(party.case, workflow, party.facility, party.names, events, tuple(lines[::-1]), broken, fault)


def _checked(unit: Unit, case: str) -> tuple[int, str]:
    try:
        verify_stream(unit, case)
    except HistoryBroken as error:
        return max(error.seq, 1), str(error)
    return 0, ""


def first_open_vote(case: Case, events: tuple[Recorded, ...]) -> int:
    """The number of the open motion's event: votes after it are nobody's to read but the voter's; without one, none."""
    motions = [event.seq for event in events if event.kind == "motion_made"]
    return motions[-1] if case.open_motion and motions else len(events) + 1


def _line(words: Words, event: Recorded, hidden: bool) -> Line:
    return Line(
        seq=event.seq,
        kind=event.kind,
        effective_at=event.effective_at,
        recorded_at=event.recorded_at,
        late=words.late(event),
        actor="" if hidden else event.actor,
        who="A member" if hidden else actor_name(words.names, event.actor),
        role=words.role(event.role),
        says=f"voted on motion {event.body['motion']}" if hidden else words.says(event),
        reason="" if hidden else words.reason(event),
        relied_on=words.relied_on(event),
        evidence=words.evidence(event),
        digest=event.digest,
        withheld=hidden,
    )
