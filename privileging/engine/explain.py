"""What can happen next in a case, what each way on still lacks, and who can cure it: before anyone tries.

The same requirements as a refusal gives, over the same case: lapses that are due are taken first.
"""

from __future__ import annotations

from dataclasses import dataclass

from privileging.definition.model import Action, Workflow
from privileging.engine.authority import authority, voting_seats
from privileging.engine.requirements import SAID_IN_THE_ACT
from privileging.engine.turn import Turn
from privileging.engine.values import CLOCK, Case, Command, Context
from privileging.errors import Reason


@dataclass(frozen=True, slots=True)
class Option:
    """One way on. ``how``: by role, by vote, or by itself (the clock, another case). ``missing``: what it lacks now.

    ``asks`` is what the act must state, ``binds`` the requirements on what it states; ``yours``: the reader may take
    it, or vote on it.
    """

    action: str
    title: str
    by: tuple[str, ...]
    how: str
    to: str
    asks: tuple[str, ...]
    binds: tuple[str, ...]
    missing: tuple[Reason, ...]
    yours: bool


@dataclass(frozen=True, slots=True)
class Outlook:
    """The case as it stands at ``now``, lapses taken (``lapsed`` names them), and every way on from there."""

    case: Case
    lapsed: tuple[str, ...]
    options: tuple[Option, ...]


def outlook(workflow: Workflow, case: Case, context: Context) -> Outlook:
    """What is offered now, to everybody and to ``context.actor``."""
    turn = Turn(workflow, case, context, Command("", "lapse", case.id, CLOCK), context.now)
    turn.lapse()
    lapsed = tuple(str(event.body["action"]) for event in turn.events if event.kind == "moved")
    actions = workflow.states[turn.case.state].actions.values()
    return Outlook(turn.case, lapsed, tuple(_option(turn, action) for action in actions))


def _option(turn: Turn, action: Action) -> Option:
    judged = tuple(item for item in action.requires if not _about_the_act(item.name, action))
    bodies = [name for name in action.by if name in turn.workflow.bodies]
    people = [name for name in action.by if name in turn.workflow.roles]
    return Option(
        action=action.name,
        title=action.title,
        by=action.by,
        how="by vote" if bodies else "by role" if people else "by itself",
        to=action.to or action.state,
        asks=action.asks,
        binds=tuple(str(item) for item in action.requires if item not in judged),
        missing=turn.unmet(action, judged),
        yours=_by_role(turn, action) or any(_by_vote(turn, action, name) for name in bodies),
    )


def _about_the_act(name: str, action: Action) -> bool:
    return name in SAID_IN_THE_ACT or name in action.asks


def _by_role(turn: Turn, action: Action) -> bool:
    return bool(authority(turn.workflow, turn.case, action, turn.context, turn.today).role)


def _by_vote(turn: Turn, action: Action, name: str) -> bool:
    body = turn.context.bodies.get(name)
    seats = voting_seats(turn.workflow, turn.case, action, body, name, turn.today) if body else ()
    return any(seat.person == turn.context.actor.id and not seat.recused for seat in seats)
