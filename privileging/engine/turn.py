"""One answer in the making: emits events, folds each at once, starts the clocks they start, does what actions do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from privileging.definition.model import Action, Deadline, Item, Workflow
from privileging.engine.evolve import evolve, start
from privileging.engine.kernel import KernelDisagrees, moved
from privileging.engine.requirements import Question, moment_of, spared, unmet
from privileging.engine.values import CLOCK, Case, Command, Context, Decision, Event, Running, body_id
from privileging.errors import Reason


@dataclass(slots=True)
class Turn:
    """The case as it stands while a command is being answered; only ``emit`` changes it, by ``evolve``."""

    workflow: Workflow
    case: Case
    context: Context
    command: Command
    at: str
    events: list[Event] = field(default_factory=list)
    follow_ups: list[Command] = field(default_factory=list)

    @property
    def day(self) -> str:
        return self.context.calendar.day_of(self.at)

    @property
    def today(self) -> str:
        return self.context.calendar.day_of(self.context.now)

    def decision(self) -> Decision:
        return Decision(self.case, tuple(self.events), tuple(self.follow_ups))

    def question(self, action: Action, facts: Mapping[str, object], at: str = "") -> Question:
        at = at or self.at
        day = self.context.calendar.day_of(at)
        stated = {**self.case.facts, **facts}
        return Question(self.workflow, self.case, action, stated, self.context.calendar, at, day)

    def emit(self, kind: str, body: Mapping[str, object], *, at: str = "", actor: str = "", role: str = "") -> None:
        """Adds one event and folds it; the deadlines it starts are written in its body."""
        event = Event(
            stream=self.case.id,
            seq=self.case.seq + 1,
            kind=kind,
            effective_at=at or self.at,
            actor=actor or self.command.actor,
            body=body,
            role=role,
            account=self.command.account if not actor else "",
        )
        after = evolve(self.case, event)
        if started := list(self._started(after)):
            event = replace(event, body={**body, "deadlines": started})
            after = start(after, event)
        self.events.append(event)
        self.case = after

    def _started(self, case: Case) -> Iterator[Mapping[str, object]]:
        number = case.counted
        for deadline in _allowed(self.workflow, case):
            begun = moment_of(case, deadline.due, case.since if deadline.state else case.opened_at)
            if begun is None or any(_is(entry, deadline, begun) for entry in case.deadlines):
                continue
            due = self.context.calendar.due(deadline.due, begun)
            if due is not None:
                number += 1
                yield {
                    "number": number,
                    "name": deadline.name,
                    "state": deadline.state,
                    "started": begun,
                    "due": due,
                    "rule": deadline.due.text,
                    "lapses": deadline.then or "",
                }

    # Acts ------------------------------------------------------------------------------------------------------

    def take(
        self,
        action: Action,
        facts: Mapping[str, object],
        *,
        performers: tuple[str, ...],
        role: str = "",
        at: str = "",
        actor: str = "",
        more: Mapping[str, object] | None = None,
    ) -> None:
        """Takes an action that was found to be allowed: the move, then what it does, then what its state does."""
        target = action.to or ""
        if target and moved(self.workflow, action.state, action.name, allowed=True) != target:
            raise KernelDisagrees(f"{action.key} should lead to {target}")
        left = self.case
        body = self._move(action, facts, performers, more or {}, at or self.at)
        self.emit("moved", body, at=at, actor=actor, role=role)
        self._after(action, left, at=at, actor=actor, role=role)

    def _move(
        self,
        action: Action,
        facts: Mapping[str, object],
        performers: tuple[str, ...],
        more: Mapping[str, object],
        at: str,
    ) -> dict[str, object]:
        late = [d.name for d in self.case.deadlines if d.state == self.case.state and d.due < at]
        return {
            **more,
            "action": action.name,
            "from": action.state,
            "to": action.to or "",
            "outcome": (self.workflow.states[action.to].final or "") if action.to else "",
            "bodies": self._bodies(action.to) if action.to else [],
            "facts": dict(facts),
            "dates": self._dates(facts),
            "performers": list(performers),
            "late": late,
            "relied_on": self._relied_on(),
        }

    def _bodies(self, state: str) -> list[str]:
        """The bodies that act in a state: who may read the case from then on."""
        actions = self.workflow.states[state].actions.values()
        names = dict.fromkeys(name for a in actions for name in a.by if name in self.workflow.bodies)
        return [body_id(self.context.facility.id, name) for name in names]

    def open(self, action: Action, facts: Mapping[str, object], opened: Mapping[str, object], role: str) -> None:
        """The first event of a case, and what its first state does."""
        body = self._move(action, facts, (self.command.actor,), opened, self.at)
        left = self.case
        self.emit("opened", body, role=role)
        self._after(action, left, role=role)

    def _after(self, action: Action, left: Case, *, at: str = "", actor: str = "", role: str = "") -> None:
        for item in action.does:
            self._do(item, action, at=at, actor=actor, role=role)
        if not action.to:
            return
        self._shut_children(left)
        for item in self.workflow.states[action.to].does:
            self._do(item, action, at=at, actor=actor, role=role)
        if self.case.outcome and self.case.opener and role != "opener":
            self._follow("answer", self.case.opener.case, {"child": self.case.id, "outcome": self.case.outcome})

    def _dates(self, facts: Mapping[str, object]) -> dict[str, str]:
        start, kinds = self.context.calendar.start_of, self.workflow.facts
        return {n: start(str(v)) for n, v in facts.items() if kinds[n].name in ("date", "on_record")}

    def _relied_on(self) -> dict[str, object]:
        checks = [check.number for check in self.case.checks if not check.struck and check.at <= self.at]
        return {"streams": dict(self.context.versions), "verifications": checks}

    # What actions and states do --------------------------------------------------------------------------------

    def _do(self, item: Item, action: Action, *, at: str, actor: str, role: str) -> None:
        kind, body = _EFFECTS[item.name](self, item, action)
        self.emit(kind, body, at=at, actor=actor, role=role)

    def _grant(self, item: Item, action: Action) -> tuple[str, Mapping[str, object]]:
        asked = {self.workflow.facts[name].name: self.case.facts[name] for name in action.asks}
        titles = {line.code: line.title for line in self.case.lines}
        entries: Any = asked["each_privilege"]
        lines = [
            {
                "privilege": e["privilege"],
                "title": titles[e["privilege"]],
                "conditions": e.get("conditions", ""),
            }
            for e in entries
        ]
        begins = self.context.calendar.day_of(self.events[-1].effective_at)
        granted = {"facility": self.case.facility, "begins": begins, "ends": str(asked["date"])}
        self._follow("record_appointment", self.case.practitioner, {**granted, "case": self.case.id})
        return "privileges_granted", {**granted, "practitioner": self.case.practitioner, "lines": lines}

    def _open(self, item: Item, action: Action) -> tuple[str, Mapping[str, object]]:
        child = f"{self.case.id}.{len(self.case.children) + 1}"
        told = {
            "workflow": item.names[0],
            "practitioner": self.case.practitioner,
            "facility": self.case.facility,
            "departments": list(self.case.departments),
            "opener": {"case": self.case.id, "state": self.case.state},
            "facts": dict(self.case.facts),
        }
        self._follow("open", child, told)
        return "child_opened", {"case": child, "workflow": item.names[0], "state": self.case.state}

    def _serve(self, item: Item, action: Action) -> tuple[str, Mapping[str, object]]:
        name = item.names[0]
        recipient = self.workflow.notices[name].to
        return "notice_owed", {"number": len(self.case.notices) + 1, "name": name, "recipient": recipient}

    def _notify(self, item: Item, action: Action) -> tuple[str, Mapping[str, object]]:
        return "notified", {"to": list(item.names), "of": action.key}

    def _shut_children(self, left: Case) -> None:
        for child in left.children:
            if not child.outcome and not _answered(self.events, child.case):
                self._follow("shut", child.case, {"opener": self.case.id})

    def _follow(self, kind: str, stream: str, args: Mapping[str, object]) -> None:
        at = self.events[-1].effective_at
        self.follow_ups.append(Command("", kind, stream, self.case.id, args, effective_at=at))

    # The clock -------------------------------------------------------------------------------------------------

    def lapse(self) -> None:
        """Takes every lapse due before ``at``, oldest first: so a rule is never judged against a case out of time."""
        while (due := self._due()) is not None:
            running, action = due
            told = {"deadline": {"number": running.number, "name": running.name, "due": running.due}}
            at = self._lapsed_at(running)
            self.take(action, {}, performers=(), role=CLOCK, at=at, actor=CLOCK, more=told)

    def _due(self) -> tuple[Running, Action] | None:
        late = [entry for entry in self.case.deadlines if entry.lapses and entry.due < self.at]
        for running in sorted(late, key=lambda entry: entry.due):
            state = self.workflow.states[self.case.state]
            action = state.actions[running.lapses]
            if not spared(self.question(action, {}, self._lapsed_at(running)), state.deadlines[running.name]):
                return running, action
        return None

    def _lapsed_at(self, running: Running) -> str:
        """A period may have been over before it was known to run; history does not go back for that."""
        return max(running.due, self.case.acted_at)

    def missing(self, action: Action, facts: Mapping[str, object]) -> tuple[Reason, ...]:
        """Every reason for which the action's requirements do not hold, given what the act states."""
        return unmet(self.question(action, facts), action.requires)

    def unmet(self, action: Action, items: tuple[Item, ...]) -> tuple[Reason, ...]:
        """Every reason for which some of the action's requirements do not hold, before anything is stated."""
        return unmet(self.question(action, {}), items)


def _allowed(workflow: Workflow, case: Case) -> Iterator[Deadline]:
    if not case.outcome:
        yield from workflow.states[case.state].deadlines.values()
        yield from workflow.deadlines.values()


def _is(running: Running, deadline: Deadline, begun: str) -> bool:
    return (running.name, running.state, running.started) == (deadline.name, deadline.state, begun)


def _answered(events: list[Event], child: str) -> bool:
    answers = (event.body.get("child") for event in events)
    return any(isinstance(answer, Mapping) and answer.get("case") == child for answer in answers)


_EFFECTS = {
    "grant_privileges": Turn._grant,
    "open": Turn._open,
    "serve": Turn._serve,
    "notify": Turn._notify,
}
EFFECTS = tuple(_EFFECTS)
