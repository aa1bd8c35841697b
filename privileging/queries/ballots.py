"""A vote as its members, its chair and its readers see it: the packet, the motion, the count, earlier results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from privileging.canonical import instant
from privileging.definition.model import ApplicationItem, Workflow
from privileging.engine.ballots import Standing, may_close, may_take_part, standing, undeclared
from privileging.engine.calendar import is_instant, zone_of
from privileging.engine.decide import decide
from privileging.engine.turn import Turn
from privileging.engine.values import Case, Check, Command, Motion, Refusal, Vote
from privileging.errors import InvalidInput, NotPermitted, Reason
from privileging.queries import library
from privileging.queries.cases import CaseView, Looked, look, view_of
from privileging.queries.loading import case_of
from privileging.store import streams
from privileging.store.driver import Unit
from privileging.store.streams import Recorded

# A choice that offers one of these asks for something to look at where it is answered otherwise.
UNREMARKABLE = frozenset({"none", "able"})


@dataclass(frozen=True, slots=True)
class Report:
    """What a department's chair said of the file."""

    title: str
    by: str
    at: str
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Result:
    """A vote that was closed, as its event says it, and the signature under it."""

    motion: int
    title: str
    body: str
    state: str
    facts: Mapping[str, object]
    result: str
    sentence: str
    roll: Mapping[str, tuple[str, ...]]
    missing: tuple[str, ...]
    reason: str
    seq: int
    digest: str
    by: str
    account: str
    effective_at: str
    recorded_at: str


@dataclass(frozen=True, slots=True)
class Flag:
    """Something that whoever decides must read."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Ballot:
    """A case before a body, for one reader. ``body``: the one that acts, empty where none does.

    ``at``: the earlier instant as of which it is counted, if any; ``asked``: the body to which the reader must first
    declare; ``sits``: they have a voting seat in the acting body; ``votes`` and ``closes``: what they may do now;
    ``standing``: the open motion as it would be closed.
    """

    view: CaseView
    workflow: Workflow
    case: Case
    zone: str
    at: str
    body: str
    asked: str
    sits: bool
    votes: bool
    closes: bool
    own: Vote | None
    standing: Standing | None
    checks: tuple[Check, ...]
    flags: tuple[Flag, ...]
    report: Report | None
    results: tuple[Result, ...]

    @property
    def motion(self) -> Motion | None:
        return self.case.open_motion

    @property
    def shows_votes(self) -> bool:
        """Others' votes are shown to a voter after their own; to nobody else before the vote is closed."""
        return self.own is not None

    @property
    def seen(self) -> str:
        """What a vote cast on this page depends on: the motion, its wording, the voter's last vote."""
        motion = self.motion
        return f"{motion.number},{motion.wording},{self.own.seq if self.own else 0}" if motion else ""

    def people(self) -> set[str]:
        """Everybody the page names."""
        motion, report = self.motion, self.report
        named = {motion.moved_by} if motion else set()
        named |= {person for person, _ in self.standing.roll} if self.standing else set()
        named |= {report.by} if report else set()
        for result in self.results:
            named |= {result.by, *(person for people in result.roll.values() for person in people)}
        return named


def asked_of(unit: Unit, case: str, person: str, bodies: Iterable[str]) -> str:
    """The body (by its stream) to which this member must declare before the file opens to them; empty: none."""
    stored = case_of(unit, case)[1]
    names = sorted(stream.rpartition("/")[2] for stream in bodies)
    return undeclared(library.workflow_of(unit, stored.digest), stored, person, names)


def standing_of(unit: Unit, case: str, *, now: str, reader: str) -> Ballot:
    """The vote as it stands for the person who reads. Raises NotFound."""
    found = look(unit, case, now=now, reader=reader)
    return _ballot(found, _told(found.workflow, found.seen.case, streams.read(unit, case)), "")


def closing_of(unit: Unit, case: str, *, now: str, reader: str, held_on: str = "") -> tuple[Ballot, tuple[Reason, ...]]:
    """The same for whoever is about to close the open motion, and every reason for which that would be refused.

    ``held_on``: counted as of an earlier time at the facility (``2026-12-08T16:30``). Raises NotPermitted for whoever
    may not close it at all, InvalidInput for what is no time.
    """
    found = look(unit, case, now=now, reader=reader)
    at = _instant(held_on, found.context.facility.zone) if held_on else ""
    ballot = _ballot(found, _told(found.workflow, found.seen.case, streams.read(unit, case)), at)
    if ballot.motion is None:
        return ballot, ()
    args = {"motion": ballot.motion.number, "reason": "as previewed"}
    command = Command("", "close", case, found.context.actor.id, args, effective_at=at)
    answer = decide(found.workflow, found.seen.case, command, found.context)
    if isinstance(answer, Refusal) and not answer.permitted:
        raise NotPermitted(answer.reasons)
    return ballot, answer.reasons if isinstance(answer, Refusal) else ()


def _instant(local: str, zone: str) -> str:
    at = ""
    with suppress(ValueError, OverflowError):
        at = instant(datetime.fromisoformat(local).replace(tzinfo=zone_of(zone)))
    if not is_instant(at):
        raise InvalidInput({"held_on": "must be a day and a time, as in 2026-12-08T16:30"})
    return at


def _ballot(found: Looked, told: _Told, at: str) -> Ballot:
    case, workflow, reader = found.seen.case, found.workflow, found.context.actor.id
    turn = Turn(workflow, case, found.context, Command("", "show", case.id, reader), at or found.context.now)
    motion, bodies = case.open_motion, _acting(turn)
    voting = [name for name in bodies if any(seat.votes for seat in _seats(turn, name))]
    body = motion.body if motion else next(iter([*voting, *bodies]), "")
    action = workflow.states[case.state].actions[motion.action] if motion else None
    return Ballot(
        view=view_of(workflow, found.seen, found.context, found.version),
        workflow=workflow,
        case=case,
        zone=found.context.facility.zone,
        at=at,
        body=body,
        asked=undeclared(workflow, case, reader, voting) if reader != case.practitioner else "",
        sits=body in voting,
        votes=bool(action and not may_take_part(turn, action, body)),
        closes=bool(action and not may_close(turn, action, body)),
        own=motion.vote_of(reader) if motion else None,
        standing=standing(turn, motion) if motion else None,
        checks=tuple(check for check in case.checks if not check.struck),
        flags=tuple(_flags(workflow, case)),
        report=told.report,
        results=tuple(reversed(told.results)),
    )


def _acting(turn: Turn) -> list[str]:
    actions = turn.workflow.states[turn.case.state].actions.values()
    return list(dict.fromkeys(name for action in actions for name in action.by if name in turn.workflow.bodies))


def _seats(turn: Turn, body: str) -> list[Any]:
    known = turn.context.bodies.get(body)
    return [seat for seat in (known.seated(turn.today) if known else ()) if seat.person == turn.command.actor]


def _flags(workflow: Workflow, case: Case) -> Iterable[Flag]:
    for check in case.checks:
        if not check.struck and check.outcome != "verified":
            text = f"{check.outcome.replace('_', ' ')} on {check.verified_on}"
            yield Flag(workflow.verifications[check.name].title, f"{text}: {check.note}" if check.note else text)
    for item in workflow.application.values():
        answer = case.application.get(item.name)
        if isinstance(answer, str) and answer and _remarkable(item, answer):
            yield Flag(item.title, answer.replace("_", " ") if item.kind.names else answer)


def _remarkable(item: ApplicationItem, answer: str) -> bool:
    usual = UNREMARKABLE.intersection(item.kind.names) if item.kind.name == "choice" else frozenset()
    return (bool(usual) and answer not in usual) or item.name.endswith("_explained")


# What the history tells ---------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Told:
    """What a case's events tell of its reports and votes, in order."""

    workflow: Workflow
    state: str = ""
    titles: dict[int, tuple[str, str]] = field(default_factory=dict)
    report: Report | None = None
    results: list[Result] = field(default_factory=list)

    def title(self, state: str, action: str) -> str:
        known = self.workflow.states[state].actions.get(action) if state else None
        return known.title if known else action.replace("_", " ").capitalize()


def _told(workflow: Workflow, case: Case, events: Iterable[Recorded]) -> _Told:
    told, motions = _Told(workflow), {motion.number: motion for motion in case.motions}
    for event in events:
        if event.kind in ("opened", "moved"):
            _moved(told, event)
        elif event.kind == "motion_made":
            told.titles[event.body["number"]] = (told.state, told.title(told.state, event.body["action"]))
        elif event.kind == "motion_closed":
            told.results.append(_result(told, event, motions[event.body["motion"]]))
    return told


def _moved(told: _Told, event: Recorded) -> None:
    role = told.workflow.roles.get(event.role)
    if event.kind == "moved" and role is not None and role.of == "department":
        title = told.title(told.state, event.body["action"])
        told.report = Report(title, event.actor, event.effective_at, event.body["facts"])
    told.state = event.body["to"] or told.state


def _result(told: _Told, event: Recorded, motion: Motion) -> Result:
    did: dict[str, tuple[str, ...]] = {}
    for entry in event.body["roll"]:
        did[entry["did"]] = (*did.get(entry["did"], ()), entry["person"])
    state, title = told.titles[motion.number]
    return Result(
        motion=motion.number,
        title=title,
        body=motion.body,
        state=state,
        facts=motion.facts,
        result=event.body["result"],
        sentence=event.body["sentence"],
        roll=did,
        missing=tuple(reason["text"] for reason in event.body["missing"]),
        reason=event.body.get("reason", ""),
        seq=event.seq,
        digest=event.digest,
        by=event.actor,
        account=event.account,
        effective_at=event.effective_at,
        recorded_at=event.recorded_at,
    )
