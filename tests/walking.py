"""Cases walked through ``decide``: pure, no SQL.

    case = case_in("committee_review")
    assert "Only a voting member" in case.refused("ortiz", "move", action="recommend")

A ``Walk`` is one case and the office it runs in; ``does`` keeps what was decided, ``refused`` gives the reasons.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache

from builders import GRANTED, HOSPITAL, NOW, OFFICE, REPORT, Office, flow, id_of, person, workflows

from privileging.canonical import canonical, instant
from privileging.definition.model import Workflow
from privileging.engine.decide import decide
from privileging.engine.evolve import fold
from privileging.engine.values import (
    Appointment,
    Body,
    Case,
    Command,
    Context,
    Decision,
    Event,
    Person,
    Refusal,
)


def after(at: str = NOW, **period: float) -> str:
    """An instant so many ``days``, ``hours`` … after another."""
    return instant(datetime.fromisoformat(at) + timedelta(**period))


@dataclass
class Walk:
    """One case, the office it runs in, and what time it is there."""

    workflow: Workflow
    office: Office = OFFICE
    now: str = NOW
    case: Case = field(default_factory=lambda: Case("case/2026-00001"))
    events: tuple[Event, ...] = ()
    follow_ups: tuple[Command, ...] = ()
    about: str = "adeyemi"

    def ask(self, actor: str, kind: str, **args: object) -> Decision | Refusal:
        """What the rules answer; nothing is kept. ``at`` among the arguments: when it was done."""
        at = str(args.pop("at", ""))
        command = Command("key", kind, self.case.id, id_of(actor), args, effective_at=at)
        context = self.office.context(self.workflow, actor, self.now, self.about)
        return decide(self.workflow, self.case, command, context)

    def does(self, actor: str, kind: str, **args: object) -> Walk:
        """Carries it out; the rules must say yes."""
        answer = self.ask(actor, kind, **args)
        assert isinstance(answer, Decision), "; ".join(map(str, answer.reasons))
        self.case, self.follow_ups = answer.case, answer.follow_ups
        self.events += answer.events
        return self

    def refused(self, actor: str, kind: str, **args: object) -> str:
        """The reasons; the rules must say no."""
        answer = self.ask(actor, kind, **args)
        assert isinstance(answer, Refusal), f"{kind} by {actor} was allowed: {answer}"
        return "; ".join(reason.text for reason in answer.reasons)

    def takes(self, actor: str, action: str, **facts: object) -> Walk:
        """Somebody takes an action in their own role."""
        return self.does(actor, "do", action=action, facts=facts)

    def moved(self, name: str, action: str, **facts: object) -> Walk:
        """The first member of a body moves an action of it."""
        return self.does(self.members(name)[0], "move", body=name, action=action, facts=facts)

    def voted(self, *ballots: str) -> Walk:
        """Votes on the open motion: ``ada`` votes for, ``ben:against`` against."""
        for ballot in ballots:
            name, _, choice = ballot.partition(":")
            self.does(name, "vote", motion=self.motion, choice=choice or "for")
        return self

    def closed(self, name: str, **args: object) -> Walk:
        """The vote on the open motion is closed by this person."""
        return self.does(name, "close", motion=self.motion, **args)

    def carried(self, name: str, action: str, **facts: object) -> Walk:
        """A body takes an action: moved, all in favour, closed by the chair."""
        members = self.members(name)
        return self.moved(name, action, **facts).voted(*members).closed(members[0])

    def members(self, name: str) -> list[str]:
        return [seat.person for seat in self.office.bodies[name].seated(self.now[:10])]

    def verified(self, *names: str, on: str = "", by: str = "ortiz") -> Walk:
        """Verifications recorded today, or on another day; all that are asked for, unless some are named."""
        for name in names or self.workflow.verifications:
            wanted = self.workflow.verifications[name]
            told = {"name": name, "method": (*wanted.accept, "web")[0], "verified_on": on or self.now[:10]}
            for _ in range(wanted.at_least):
                self.does(by, "verify", outcome="verified", **told)
        return self

    def wait(self, **period: float) -> Walk:
        """So much time goes by."""
        self.now = after(self.now, **period)
        return self

    def but(self, *people: Person, bodies: Mapping[str, Body] | None = None) -> Walk:
        """The office changes: see ``Office.but``."""
        self.office = self.office.but(*people, bodies=bodies)
        return self

    @property
    def motion(self) -> int:
        """The number of the last motion."""
        return self.case.motions[-1].number

    @property
    def moves(self) -> list[str]:
        """The actions taken so far, in full."""
        return [_move(event) for event in self.events if event.kind in ("opened", "moved")]

    @property
    def kinds(self) -> list[str]:
        """The kinds of all events so far."""
        return [event.kind for event in self.events]

    def last(self, kind: str) -> Mapping[str, object]:
        """The body of the last event of this kind."""
        return next(event.body for event in reversed(self.events) if event.kind == kind)

    def refolded(self) -> Case:
        """The case that the history adds up to, read back from its bytes."""
        stored = (replace(event, body=json.loads(canonical(event.body))) for event in self.events)
        return fold(self.case.id, stored)


def _move(event: Event) -> str:
    left, action = event.body["from"], event.body["action"]
    return f"{left}.{action}" if left else str(action)


@dataclass(frozen=True)
class Known(Office):
    """An office of which one context is known, whatever is asked."""

    known: Context | None = None

    def context(self, *args: object, **kwargs: object) -> Context:
        assert self.known
        return self.known


def opened(workflow: Workflow, actor: str, action: str, *, office: Office = OFFICE, **args: object) -> Walk:
    """A case just opened."""
    return Walk(workflow, office).does(actor, "open", action=action, **args)


def small(text: str, *, office: Office = OFFICE, now: str = NOW) -> Walk:
    """A case of a small workflow, opened by the coordinator's action ``begin``."""
    return Walk(flow(text), office, now).does("ortiz", "open", action="begin")


def answers(workflow: Workflow) -> dict[str, object]:
    """An answer to every required item of the application."""
    wanted = workflow.application.values()
    return {item.name: _answer(item.kind.name, item.kind.names) for item in wanted if item.required}


def _answer(kind: str, names: tuple[str, ...]) -> object:
    given = {"date": "2028-01-31", "document": {"evidence": "a" * 64, "name": "scan.pdf"}}
    if kind == "list":
        return [dict.fromkeys(names, "some text")]
    return names[0] if kind == "choice" else given.get(kind, "some text")


def applied(walk: Walk) -> Walk:
    """The practitioner answers everything, requests the core of general surgery, and attests."""
    walk.does("adeyemi", "record_items", items=answers(walk.workflow))
    walk.does("adeyemi", "request_privileges", form="general_surgery")
    return walk.does("adeyemi", "attest", statement="All of this is true")


PATH = ("draft", "intake", "verification", "department_review", "committee_review", "executive_review", "board_review")


def case_in(state: str) -> Walk:
    """A case of an initial appointment at ``state``, everything before it in good order."""
    return copy(_case_in(state))


@cache
def _case_in(state: str) -> Walk:
    if state == "draft":
        return opened(workflows()["initial_appointment"], "ortiz", "invite")
    if state == "granted":
        return approved(case_in("board_review"))
    if state == "adverse_recommendation":
        return case_in("executive_review").carried("executive_committee", "recommend_against", reasons="concerns")
    return _ON[state](case_in(PATH[PATH.index(state) - 1]))


_ON: dict[str, Callable[[Walk], Walk]] = {
    "intake": lambda walk: applied(walk).takes("adeyemi", "submit"),
    "verification": lambda walk: walk.verified("fee").takes("ortiz", "accept"),
    "department_review": lambda walk: walk.verified(*_unverified(walk)).takes("ortiz", "complete"),
    "committee_review": lambda walk: walk.takes("chen", "recommend", **REPORT),
    "executive_review": lambda walk: walk.carried("credentials_committee", "recommend"),
    "board_review": lambda walk: walk.carried("executive_committee", "recommend"),
}


def _unverified(walk: Walk) -> Iterable[str]:
    known = {check.name for check in walk.case.checks}
    return [name for name in walk.workflow.verifications if name not in known]


def approved(walk: Walk, **facts: object) -> Walk:
    """The board approves what was requested, for two years."""
    return walk.carried("governing_board", "approve", **{"privileges": GRANTED, "term_ends": "2028-03-01", **facts})


def renewal(ends: str = "2026-08-31", *, now: str = NOW) -> Walk:
    """A reappointment sent to somebody whose appointment ends on that day."""
    term = Appointment(HOSPITAL, "case/2024-00001", "2024-09-01", ends)
    office = OFFICE.but(replace(person("adeyemi"), appointments=(term,)))
    return Walk(workflows()["reappointment"], office, now).does("ortiz", "open", action="send")


def hearing(walk: Walk | None = None) -> Walk:
    """The hearing that a case in ``adverse_recommendation`` opened."""
    parent = walk or case_in("adverse_recommendation")
    told = next(command for command in parent.follow_ups if command.kind == "open")
    child = Walk(workflows()["fair_hearing"], parent.office, parent.now, Case(told.stream))
    return child.does(parent.case.id, "open", at=told.effective_at, action="offer", **told.args)
