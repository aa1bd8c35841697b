"""What an event means. ``evolve`` knows no rule and no workflow: an event says everything that follows from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import reduce
from typing import Any

from privileging.engine.snapshot import build
from privileging.engine.values import (
    Case,
    Check,
    Child,
    Event,
    Line,
    Moment,
    Motion,
    Opener,
    Owed,
    Recusal,
    Running,
    Vote,
)

FOLD = 1
OVERTAKEN = "overtaken"
SHUT = "closed"


def evolve(case: Case, event: Event) -> Case:
    """The case after ``event``."""
    return start(_MEANING[event.kind](case, event), event)


def start(case: Case, event: Event) -> Case:
    """The case with the deadlines that ``event``, now its last, says it starts."""
    started = tuple(build(Running, entry) for entry in _entries(event, "deadlines"))
    if not started:
        return replace(case, seq=event.seq)
    replaced = {(entry.name, entry.state) for entry in started}
    running = tuple(entry for entry in case.deadlines if (entry.name, entry.state) not in replaced)
    number = max(entry.number for entry in started)
    return replace(case, seq=event.seq, deadlines=running + started, counted=number)


def fold(case_id: str, events: Iterable[Event]) -> Case:
    """The case that its events add up to."""
    return reduce(evolve, events, Case(id=case_id))


def _entries(event: Event, key: str) -> list[Any]:
    entries = event.body.get(key, ())
    return list(entries) if isinstance(entries, (list, tuple)) else []


def _happened(case: Case, at: str, *names: str) -> Mapping[str, Moment]:
    """The moments, ``names`` having happened; what is entered late does not turn back what came after it."""
    moments = dict(case.moments)
    for name in names:
        before = moments.get(name)
        moments[name] = Moment(max(at, before.at), before.count + 1) if before else Moment(at)
    return moments


def _opened(case: Case, event: Event) -> Case:
    body: Mapping[str, Any] = event.body
    opened = replace(
        case,
        workflow=body["workflow"],
        digest=body["digest"],
        practitioner=body["practitioner"],
        practitioner_name=body["practitioner_name"],
        facility=body["facility"],
        departments=tuple(body["departments"]),
        opened_at=event.effective_at,
        opener=build(Opener, body["opener"]) if body["opener"] else None,
        moments=_happened(case, event.effective_at, "opening"),
    )
    return _moved(opened, event)


def _moved(case: Case, event: Event) -> Case:
    body: Mapping[str, Any] = event.body
    names = [body["action"], f"{body['from']}.{body['action']}"] if body["from"] else [body["action"]]
    everyone = (*case.performers.get(names[-1], ()), *body["performers"])
    performers = {**case.performers, names[-1]: tuple(dict.fromkeys(everyone))}
    moments = _happened(case, event.effective_at, *names)
    acted = replace(
        case,
        facts={**case.facts, **body["facts"]},
        performers=performers,
        moments={**moments, **_dated(moments, body["dates"])},
        acted_at=event.effective_at,
    )
    if ended := body.get("child"):
        acted = _child_ended(acted, ended["case"], ended["outcome"])
    return _entered(acted, event, body["to"], body["outcome"]) if body["to"] else acted


def _dated(moments: Mapping[str, Moment], dates: Mapping[str, str]) -> dict[str, Moment]:
    return {name: Moment(at, moments[name].count + 1 if name in moments else 1) for name, at in dates.items()}


def _entered(case: Case, event: Event, state: str, outcome: str) -> Case:
    return replace(
        case,
        state=state,  # the one line on which a case's state is written
        since=event.effective_at,
        moments=_happened(case, event.effective_at, state),
        deadlines=tuple(entry for entry in case.deadlines if not entry.state and not outcome),
        motions=tuple(
            motion if motion.result else replace(motion, result=OVERTAKEN, closed_at=event.effective_at)
            for motion in case.motions
        ),
        children=tuple(entry if entry.outcome else replace(entry, outcome=SHUT) for entry in case.children),
        outcome=outcome,
        ended_at=event.effective_at if outcome else "",
    )


def _child_ended(case: Case, child: str, outcome: str) -> Case:
    children = tuple(replace(entry, outcome=outcome) if entry.case == child else entry for entry in case.children)
    return replace(case, children=children)


def _items_recorded(case: Case, event: Event) -> Case:
    body: Mapping[str, Any] = event.body
    return replace(case, application={**case.application, **body["items"]}, attested_by="")


def _privileges_requested(case: Case, event: Event) -> Case:
    body: Mapping[str, Any] = event.body
    lines = tuple(build(Line, entry) for entry in body["lines"])
    return replace(case, lines=lines, departments=tuple(body["departments"]), attested_by="")


def _attested(case: Case, event: Event) -> Case:
    return replace(case, attested_by=event.actor)


def _verified(case: Case, event: Event) -> Case:
    body: Mapping[str, Any] = event.body
    check = build(Check, {**body["check"], "by": event.actor, "at": event.effective_at})
    return replace(case, checks=(*case.checks, check), moments=_happened(case, event.effective_at, check.name))


def _verification_struck(case: Case, event: Event) -> Case:
    number = event.body["number"]
    checks = tuple(replace(c, struck=True) if c.number == number else c for c in case.checks)
    return replace(case, checks=checks)


def _motion_made(case: Case, event: Event) -> Case:
    body: Mapping[str, Any] = event.body
    motion = Motion(body["number"], body["body"], body["action"], body["facts"], event.actor, event.effective_at)
    return replace(case, motions=(*case.motions, motion))


def _changed(case: Case, number: object, change: Callable[[Motion], Motion]) -> Case:
    return replace(case, motions=tuple(change(m) if m.number == number else m for m in case.motions))


def _vote_cast(case: Case, event: Event) -> Case:
    body: Mapping[str, Any] = event.body
    cast = Vote(event.actor, body["choice"], event.effective_at, event.seq, body["reason"])

    def counted(motion: Motion) -> Motion:
        others = tuple(vote for vote in motion.votes if vote.person != cast.person)
        return replace(motion, votes=(*others, cast))

    return _changed(case, body["motion"], counted)


def _recused(case: Case, event: Event) -> Case:
    body: Mapping[str, Any] = event.body
    recusal = Recusal(body["person"], body["body"], body["reason"], event.effective_at)

    def without(motion: Motion) -> Motion:
        if motion.result or motion.body != recusal.body:
            return motion
        return replace(motion, votes=tuple(vote for vote in motion.votes if vote.person != recusal.person))

    motions = tuple(without(motion) for motion in case.motions)
    return replace(case, recusals=(*case.recusals, recusal), motions=motions)


def _no_conflict_declared(case: Case, event: Event) -> Case:
    body: Mapping[str, Any] = event.body
    declared = Recusal(body["person"], body["body"], body["statement"], event.effective_at)
    return replace(case, declared=(*case.declared, declared))


def _motion_closed(case: Case, event: Event) -> Case:
    body: Mapping[str, Any] = event.body
    return _changed(case, body["motion"], lambda m: replace(m, result=body["result"], closed_at=event.effective_at))


def _notice_owed(case: Case, event: Event) -> Case:
    body: Mapping[str, Any] = event.body
    owed = Owed(body["number"], body["name"], event.effective_at)
    # Owed anew: what counts from its service waits for the new one.
    moments = {name: moment for name, moment in case.moments.items() if name != owed.name}
    return replace(case, notices=(*case.notices, owed), moments=moments)


def _notice_served(case: Case, event: Event) -> Case:
    body: Mapping[str, Any] = event.body
    notices = tuple(
        replace(owed, served_on=body["served_on"], method=body["method"]) if owed.number == body["number"] else owed
        for owed in case.notices
    )
    return replace(case, notices=notices, moments=_happened(case, body["served_at"], body["name"]))


def _child_opened(case: Case, event: Event) -> Case:
    body: Mapping[str, Any] = event.body
    return replace(case, children=(*case.children, Child(body["case"], body["workflow"], body["state"])))


def _unchanged(case: Case, event: Event) -> Case:
    return case


_MEANING: Mapping[str, Callable[[Case, Event], Case]] = {
    "opened": _opened,
    "moved": _moved,
    "items_recorded": _items_recorded,
    "privileges_requested": _privileges_requested,
    "attested": _attested,
    "verified": _verified,
    "verification_struck": _verification_struck,
    "motion_made": _motion_made,
    "vote_cast": _vote_cast,
    "recused": _recused,
    "no_conflict_declared": _no_conflict_declared,
    "motion_closed": _motion_closed,
    "notice_owed": _notice_owed,
    "notice_served": _notice_served,
    "privileges_granted": _unchanged,
    "child_opened": _child_opened,
    "notified": _unchanged,
}
CASE_EVENTS = tuple(_MEANING)
