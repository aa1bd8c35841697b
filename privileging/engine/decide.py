"""The decider: ``decide(workflow, case, command, context) -> Decision | Refusal``. Pure.

Every lapse due before the command's instant is taken first and the command is judged against that case; a refusal is
given against it too. Rules judge at ``effective_at``; the right to enter the command is judged now.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from privileging.definition.model import Action, Workflow
from privileging.engine import ballots, records
from privileging.engine.answers import Answer, denied, mapping_of, names_of, refuse, shown, text_of
from privileging.engine.authority import authority
from privileging.engine.calendar import is_instant
from privileging.engine.facts import stated_faults, text_fault
from privileging.engine.turn import Turn
from privileging.engine.values import CLOCK, Case, Command, Context, Decision, Refusal
from privileging.errors import Reason


def decide(workflow: Workflow, case: Case, command: Command, context: Context) -> Decision | Refusal:
    """What the rules answer to ``command``.

    A Decision holds the events (lapses first) and the case after them; a Refusal every reason. An empty Decision
    (no event) is the clock's answer when nothing is due.
    """
    answering = _ANSWERS.get(command.kind)
    if answering is None:
        return refuse("kind", f"There is no command {shown(command.kind)}")
    if bool(case.seq) == (command.kind == "open"):
        return refuse("case", "The case is open already" if case.seq else "There is no such case")
    turn = Turn(workflow, case, context, command, _instant(case, command, context))
    if faults := (*_time_faults(turn), *_reason_faults(turn)):
        return Refusal(faults)
    turn.lapse()
    answer = answering(turn)
    return answer if isinstance(answer, Refusal) else turn.decision()


def _instant(case: Case, command: Command, context: Context) -> str:
    """When the command takes effect. What another case did is heard after this one's last act, never before."""
    at = command.effective_at or context.now
    return max(at, case.acted_at) if _by_case(command) else at


def _by_case(command: Command) -> bool:
    return command.actor.startswith("case/")


def _time_faults(turn: Turn) -> tuple[Reason, ...]:
    at, now = turn.at, turn.context.now
    if not is_instant(at):
        return (Reason("effective_at", "effective_at: must be an instant, as in 2026-12-09T16:12:00.000000Z"),)
    if at > now:
        return (Reason("effective_at", f"effective_at: {at} lies in the future; it is {now}"),)
    return _overtaken(turn) if _is_late(turn) else ()


def _is_late(turn: Turn) -> bool:
    return turn.at < turn.context.now and turn.command.actor != CLOCK and not _by_case(turn.command)


def _reason_faults(turn: Turn) -> tuple[Reason, ...]:
    reason = turn.command.args.get("reason")
    if not reason:
        late = Reason("reason", "reason: an entry made after the fact needs a reason")
        return (late,) if _is_late(turn) else ()
    fault = text_fault(reason)
    return (Reason("reason", f"reason: {fault}"),) if fault else ()


def _overtaken(turn: Turn) -> tuple[Reason, ...]:
    """A late entry must still read as a legal path: nothing moved the case since, and no lapse is due since."""
    ahead = replace(turn, at=turn.context.now, events=[], follow_ups=[])
    ahead.lapse()
    case = ahead.case
    if turn.at >= case.acted_at:
        return ()
    when = turn.context.calendar.day_of(case.acted_at)
    text = f"The case has moved on since: it came to {case.state.replace('_', ' ')} on {when}"
    return (Reason("effective_at", text),)


def _open(turn: Turn) -> Answer:
    """Opens a case by one of the file's openings."""
    args: Mapping[str, object] = turn.command.args
    action = turn.workflow.opening.get(text_of(args, "action"))
    if action is None:
        offered = ", ".join(turn.workflow.opening)
        return refuse("action", f"action: {turn.workflow.title} opens by {offered}")
    return _opened(turn, action)


def _opened(turn: Turn, action: Action) -> Answer:
    args, context = turn.command.args, turn.context
    opener, facts, practitioner = _opener(turn), mapping_of(args, "facts"), context.practitioner
    if opener:  # it tells everything it knows; a person states what is asked
        facts = {name: value for name, value in facts.items() if name in action.asks}
    subject = Case(
        id=turn.case.id,
        practitioner=practitioner.id,
        facility=context.facility.id,
        departments=names_of(args, "departments"),
    )
    role, reasons = _authorised(turn, action, subject, opener)
    recorded, unrecorded = _on_record(turn)
    reasons = (*reasons, *unrecorded, *(() if opener else (*_second(turn), *_elsewhere(turn, subject))))
    reasons = (*reasons, *stated_faults(turn.workflow, subject, action, facts), *turn.missing(action, facts))
    if reasons:
        return Refusal(reasons, bool(role))
    told = {
        "workflow": turn.workflow.name,
        "version": turn.workflow.version,
        "digest": turn.workflow.digest,
        "practitioner": practitioner.id,
        "practitioner_name": practitioner.name,
        "facility": context.facility.id,
        "departments": list(subject.departments),
        "opener": opener,
        "reason": text_of(args, "reason"),
    }
    turn.open(action, {**recorded, **facts}, told, role)
    return None


def _opener(turn: Turn) -> dict[str, str] | None:
    """The case that opens this one, and its state: only that case itself can say so."""
    told = mapping_of(turn.command.args, "opener")
    itself = _by_case(turn.command) and told.get("case") == turn.command.actor
    return {"case": turn.command.actor, "state": text_of(told, "state")} if itself else None


def _authorised(
    turn: Turn, action: Action, case: Case, opener: Mapping[str, str] | None
) -> tuple[str, tuple[Reason, ...]]:
    if opener and "opener" in action.by:
        return "opener", ()
    found = authority(turn.workflow, case, action, turn.context, turn.today)
    return found.role, found.reasons


def _second(turn: Turn) -> tuple[Reason, ...]:
    others = ", ".join(turn.context.open_cases)
    return (Reason("open", f"{turn.workflow.title} is open already for this practitioner: {others}"),) if others else ()


def _elsewhere(turn: Turn, subject: Case) -> tuple[Reason, ...]:
    known = turn.context.facility.departments
    unknown = (name for name in subject.departments if name not in known)
    return tuple(Reason("departments", f"departments: {shown(name)} is no department here") for name in unknown)


def _on_record(turn: Turn) -> tuple[dict[str, object], tuple[Reason, ...]]:
    """The facts that the practitioner's record must hold when the case opens."""
    appointment = turn.context.practitioner.appointment_at(turn.context.facility.id)
    current = appointment is not None and appointment.ends >= turn.day
    known = {"appointment_ends": appointment.ends} if appointment and current else {}
    wanted = [name for name, kind in turn.workflow.facts.items() if kind.name == "on_record"]
    lacking = tuple(
        Reason("on_record", f"{name}: the practitioner has no current appointment at this facility")
        for name in wanted
        if name not in known
    )
    return {name: known[name] for name in wanted if name in known}, lacking


def _do(turn: Turn) -> Answer:
    """Takes an action by role; a body's action is moved and voted on instead."""
    action = _offered(turn)
    if isinstance(action, Refusal):
        return action
    facts = mapping_of(turn.command.args, "facts")
    found = authority(turn.workflow, turn.case, action, turn.context, turn.today)
    reasons = (
        *found.reasons,
        *stated_faults(turn.workflow, turn.case, action, facts),
        *turn.missing(action, facts),
    )
    if reasons:
        return Refusal(reasons, bool(found.role))
    more = {"reason": text_of(turn.command.args, "reason")}
    turn.take(action, facts, performers=(turn.command.actor,), role=found.role, more=more)
    return None


def _offered(turn: Turn) -> Action | Refusal:
    state = turn.workflow.states[turn.case.state]
    name = text_of(turn.command.args, "action")
    action = state.actions.get(name)
    if action is not None:
        return action
    offered = ", ".join(state.actions) or "nothing; the case has ended"
    wanted = shown(name) if name else "No action"
    return refuse("action", f"{wanted}: not offered in {state.title}, which offers {offered}")


def _answer(turn: Turn) -> Answer:
    """A case that this one opened has ended: the action named after its ending is taken."""
    child, outcome = turn.command.actor, text_of(turn.command.args, "outcome")
    opened = next((entry for entry in turn.case.children if entry.case == child and not entry.outcome), None)
    action = turn.workflow.states[turn.case.state].actions.get(outcome) if opened else None
    if opened is None or action is None or opened.workflow not in action.by:
        return refuse("answer", f"{child} ended as {shown(outcome)}; this case does not wait for it")
    more = {"child": {"case": child, "outcome": outcome}}
    turn.take(action, {}, performers=(), role=opened.workflow, more=more)
    return None


def _shut(turn: Turn) -> Answer:
    """The case that opened this one went on without it: the action offered to the opener is taken."""
    opener, state = turn.case.opener, turn.workflow.states[turn.case.state]
    if opener is None or opener.case != turn.command.actor:
        return denied("Only the case that opened this one may shut it")
    action = next((entry for entry in state.actions.values() if "opener" in entry.by), None)
    if action is None:
        return refuse("shut", f"{turn.case.id} is at {state.title}, which offers its opener nothing")
    turn.take(action, {}, performers=(), role="opener")
    return None


def _lapse(turn: Turn) -> Answer:
    return None


_ANSWERS: Mapping[str, Callable[[Turn], Answer]] = {
    "open": _open,
    "do": _do,
    "answer": _answer,
    "shut": _shut,
    "lapse": _lapse,
    "record_items": records.record_items,
    "request_privileges": records.request_privileges,
    "attest": records.attest,
    "verify": records.verify,
    "strike": records.strike,
    "serve": records.serve,
    "move": ballots.move,
    "vote": ballots.vote,
    "declare": ballots.declare,
    "recuse": ballots.recuse,
    "close": ballots.close,
}
COMMANDS = tuple(_ANSWERS)
