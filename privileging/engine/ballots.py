"""How a body acts before meetings exist: a member moves, members vote or recuse themselves, the chair closes.

The plain form of history.md, section 6. One motion at a time, moving one action; its facts are fixed when it is
made. What it requires is shown when it is made and binds when it is closed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from privileging.definition.model import Action, Workflow
from privileging.engine.answers import Answer, denied, mapping_of, number_of, refuse, text_of
from privileging.engine.authority import barred, voting_seats
from privileging.engine.facts import stated_faults, text_fault
from privileging.engine.tally import CHOICES, Tally, tally
from privileging.engine.turn import Turn
from privileging.engine.values import Case, Command, Motion, Refusal, Seat
from privileging.errors import Reason

NOT_EXECUTED = "carried_not_executed"


def stale(case: Case, command: Command) -> str | None:
    """What a voter had not seen, or None: the motion, its wording and the voter's own last vote (0 for none)."""
    if command.kind != "vote" or not isinstance(command.seen, tuple):
        return None
    number, wording, last = command.seen
    motion = case.open_motion
    if motion is None or motion.number != number:
        return f"motion {number} is no longer open"
    if motion.wording != wording:
        return f"motion {number} was reworded"
    cast = motion.vote_of(command.actor)
    if (cast.seq if cast else 0) != last:
        return f"you voted on motion {number} in another window" if cast else "your vote was set aside"
    return None


def move(turn: Turn) -> Answer:
    """Moves that the body take an action of the case's state."""
    args = turn.command.args
    action = turn.workflow.states[turn.case.state].actions.get(text_of(args, "action"))
    body = _body_of(turn, action, text_of(args, "body"))
    if action is None or not body:
        offered = [a.name for a in turn.workflow.states[turn.case.state].actions.values() if _bodies(turn, a)]
        return refuse("action", f"action: the bodies may move {', '.join(offered) or 'nothing'} here")
    if no := may_take_part(turn, action, body):
        return no
    if turn.case.open_motion:
        return refuse("motion", f"Motion {turn.case.open_motion.number} is open; it is voted on first")
    facts = mapping_of(args, "facts")
    if faults := stated_faults(turn.workflow, turn.case, action, facts):
        return Refusal(faults)
    missing = [reason.text for reason in turn.missing(action, facts)]
    told = {"number": len(turn.case.motions) + 1, "body": body, "action": action.name, "facts": dict(facts)}
    more = {"wording": 1, "missing": missing, "reason": text_of(args, "reason")}
    turn.emit("motion_made", {**told, **more}, role=body)
    return None


def _bodies(turn: Turn, action: Action) -> tuple[str, ...]:
    return tuple(name for name in action.by if name in turn.workflow.bodies)


def _body_of(turn: Turn, action: Action | None, wanted: str) -> str:
    bodies = _bodies(turn, action) if action else ()
    return next((name for name in bodies if not wanted or name == wanted), "")


def _seats(turn: Turn, body: str) -> tuple[Seat, ...]:
    """Who sits in the body today; nobody, where the context does not know it."""
    return turn.context.bodies[body].seated(turn.today) if body in turn.context.bodies else ()


def _mine(turn: Turn, body: str) -> tuple[Seat, ...]:
    return tuple(seat for seat in _seats(turn, body) if seat.person == turn.command.actor)


def may_take_part(turn: Turn, action: Action, name: str) -> Refusal | None:
    title = turn.workflow.bodies[name].title
    if not any(seat.votes for seat in _mine(turn, name)):
        return denied(f"Only a voting member of the {title} may do this", (name,))
    if turn.command.actor in barred(turn.workflow, turn.case, action, name):
        return denied(f"You take no part in this: you are recused from it in the {title}, or kept from it")
    return None


def _motion(turn: Turn) -> Motion | Refusal:
    """The open motion that the command names, as it stood by the command's instant."""
    number = number_of(turn.command.args, "motion")
    motion = next((entry for entry in turn.case.motions if entry.number == number), None)
    if motion is None:
        return refuse("motion", "motion: must be the number of a motion of this case")
    if motion.result:
        return refuse("motion", f"Motion {number} is closed: {motion.result}")
    if turn.at < motion.at:
        return refuse("effective_at", f"effective_at: motion {number} was not made before {motion.at}")
    return motion


def _action_of(turn: Turn, motion: Motion) -> Action:
    return turn.workflow.states[turn.case.state].actions[motion.action]


def vote(turn: Turn) -> Answer:
    """Votes for, against, or abstains; changeable until the motion is closed, both kept in the history."""
    motion = _motion(turn)
    if isinstance(motion, Refusal):
        return motion
    if no := may_take_part(turn, _action_of(turn, motion), motion.body):
        return no
    choice, reason = text_of(turn.command.args, "choice"), text_of(turn.command.args, "reason")
    if choice not in CHOICES:
        return refuse("choice", f"choice: must be one of {', '.join(CHOICES)}")
    cast = motion.vote_of(turn.command.actor)
    if cast and turn.at < cast.at:
        return refuse("effective_at", f"effective_at: you voted on motion {motion.number} after that, at {cast.at}")
    told = {"motion": motion.number, "wording": motion.wording, "choice": choice, "reason": reason}
    turn.emit("vote_cast", told, role=motion.body)
    return None


def undeclared(workflow: Workflow, case: Case, person: str, bodies: Iterable[str]) -> str:
    """Of the bodies in which the person sits: the one to which they must first say whether they have a conflict.

    Where one of them acts now, that one; else any. Empty: they have said so, or have taken part in its vote.
    """
    acting = {name for action in workflow.states[case.state].actions.values() for name in action.by}
    seats = tuple(bodies)
    asking = [name for name in seats if name in acting] or seats
    return "" if any(_answered(case, person, name) for name in asking) else next(iter(asking), "")


def _answered(case: Case, person: str, body: str) -> bool:
    said = any((entry.person, entry.body) == (person, body) for entry in case.declared)
    motions = (motion for motion in case.motions if motion.body == body)
    return said or any(motion.moved_by == person or motion.vote_of(person) for motion in motions)


def _seated(turn: Turn, name: str) -> Answer:
    if name not in turn.workflow.bodies:
        return refuse("body", f"body: must be one of {', '.join(turn.workflow.bodies)}")
    return None if _mine(turn, name) else denied(f"You hold no seat in the {turn.workflow.bodies[name].title}")


def declare(turn: Turn) -> Answer:
    """Declares that the member has no conflict in this case: from then on its file is open to them."""
    name, statement = text_of(turn.command.args, "body"), turn.command.args.get("statement")
    if no := _seated(turn, name):
        return no
    who = turn.command.actor
    if who == turn.case.practitioner or any(entry.person == who for entry in turn.case.recusals):
        return denied("You take no part in this: it is your own case, or you are recused from it")
    if any((entry.person, entry.body) == (who, name) for entry in turn.case.declared):
        return refuse("body", "You have declared this already")
    if fault := text_fault(statement):
        return refuse("statement", f"statement: {fault}")
    turn.emit("no_conflict_declared", {"person": who, "body": name, "statement": statement}, role=name)
    return None


def recuse(turn: Turn) -> Answer:
    """Recuses the member from this case in one body; an earlier vote on an open motion is set aside."""
    name = text_of(turn.command.args, "body")
    if no := _seated(turn, name):
        return no
    if turn.case.outcome:
        return refuse("ended", "The case has ended")
    if turn.command.actor in turn.case.recused(name):
        return refuse("body", "You are recused already")
    if fault := text_fault(turn.command.args.get("reason")):
        return refuse("reason", f"reason: {fault}")
    told = {"person": turn.command.actor, "body": name, "reason": text_of(turn.command.args, "reason")}
    turn.emit("recused", told, role=name)
    return None


def close(turn: Turn) -> Answer:
    """Closes the vote: records the tally with its arithmetic and, if carried and still permitted, the move."""
    motion = _motion(turn)
    if isinstance(motion, Refusal):
        return motion
    action = _action_of(turn, motion)
    if no := may_close(turn, action, motion.body):
        return no
    if any(vote.at > turn.at for vote in motion.votes):
        return refuse("effective_at", f"effective_at: motion {motion.number} was still voted on after that")
    found = standing(turn, motion)
    missing = found.missing if found.tally.result == "carried" else ()
    told = {
        "motion": motion.number,
        "result": found.result,
        "tally": asdict(found.tally),
        "sentence": found.tally.sentence,
        "roll": [{"person": person, "did": did} for person, did in found.roll],
        "missing": [asdict(reason) for reason in missing],
        "reason": text_of(turn.command.args, "reason"),
    }
    turn.emit("motion_closed", told, role=motion.body)
    if found.result == "carried":
        voters = tuple(person for person, did in found.roll if did in CHOICES)
        turn.take(action, motion.facts, performers=voters, role=motion.body, more={"motion": motion.number})
    return None


@dataclass(frozen=True, slots=True)
class Standing:
    """A motion as it would be closed: the count, what each seat did, and what its action would lack."""

    tally: Tally
    roll: tuple[tuple[str, str], ...]
    missing: tuple[Reason, ...]

    @property
    def result(self) -> str:
        return NOT_EXECUTED if self.missing and self.tally.result == "carried" else self.tally.result


def standing(turn: Turn, motion: Motion) -> Standing:
    """What closing an open motion would record at the turn's instant; ``close`` records exactly this."""
    action, rule = _action_of(turn, motion), turn.workflow.bodies[motion.body]
    body = turn.context.bodies[motion.body]
    seats = voting_seats(turn.workflow, turn.case, action, body, motion.body, turn.day)
    cast = {vote.person: vote.choice for vote in motion.votes}
    return Standing(
        tally(action.quorum or rule.quorum, action.carries or rule.carries, seats, cast),
        tuple((seat.person, "recused" if seat.recused else cast.get(seat.person, "absent")) for seat in seats),
        _no_longer(turn, action, motion),
    )


def _no_longer(turn: Turn, action: Action, motion: Motion) -> tuple[Reason, ...]:
    """What was moved must still be what may be stated, and what is required must still hold."""
    stated = stated_faults(turn.workflow, turn.case, action, motion.facts)
    return (*stated, *turn.missing(action, motion.facts))


def may_close(turn: Turn, action: Action, name: str) -> Refusal | None:
    """The chair closes; where the chair is recused or the seat empty, any member who may vote."""
    kept, seats = barred(turn.workflow, turn.case, action, name), _seats(turn, name)
    chairs = {seat.person for seat in seats if seat.chair} - kept
    closing = chairs or {seat.person for seat in seats if seat.votes} - kept
    if turn.command.actor in closing:
        return None
    who = "the chair" if chairs else "a voting member who is not recused"
    return denied(f"Only {who} of the {turn.workflow.bodies[name].title} closes the vote", (name,))
