"""A workflow as plain text: who may do what from where, on which conditions, by when, and what is proved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from privileging.definition.model import Action, Deadline, Safeguard, State, Workflow
from privileging.definition.proof import Proof, prove

Row = tuple[str, ...]


def table(workflow: Workflow) -> str:
    """The whole workflow, section by section, columns aligned. Ends without a line break."""
    sections = [_head(workflow), _section("Roles", _roles(workflow)), _section("Bodies", _bodies(workflow))]
    sections.append(_section("Openings", map(_action, workflow.opening.values())))
    sections += [_state(state) for state in workflow.states.values()]
    if workflow.deadlines:
        sections.append(_section("Deadlines of the whole case", map(_deadline, workflow.deadlines.values())))
    sections.append(_section("Safeguards", _safeguards(workflow)))
    return "\n\n".join(filter(None, sections))


def _head(workflow: Workflow) -> str:
    return "\n".join(
        (
            f"{workflow.title} ({workflow.name}, version {workflow.version})",
            f"Governed by {workflow.governed_by}",
            f"sha256 {workflow.digest}",
        )
    )


def _section(title: str, rows: Iterable[Row]) -> str:
    lines = _aligned(list(rows))
    return "\n".join([title, *lines]) if lines else ""


def _aligned(rows: Sequence[Row]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  " + "  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]


def _roles(workflow: Workflow) -> Iterator[Row]:
    for role in workflow.roles.values():
        yield role.name, f"of the {role.of}", f"substitute: {role.substitute}" if role.substitute else ""


def _bodies(workflow: Workflow) -> Iterator[Row]:
    for body in workflow.bodies.values():
        yield body.name, f"quorum {body.quorum.text}", f"carries {body.carries.text}", f"[{body.cite}]"


def _state(state: State) -> str:
    ends = f" (ends: {state.final})" if state.final else ""
    does = [("does", str(item)) for item in state.does]
    parts = (
        [f"{state.name}: {state.title}{ends}"],
        _aligned(does),
        _aligned([_action(action) for action in state.actions.values()]),
        _aligned([_deadline(deadline) for deadline in state.deadlines.values()]),
    )
    return "\n".join(line for part in parts for line in part)


def _action(action: Action) -> Row:
    said = (
        ("requires", action.requires),
        ("states", action.asks),
        ("does", action.does),
        ("quorum", tuple(share.text for share in (action.quorum,) if share)),
        ("carries", tuple(share.text for share in (action.carries,) if share)),
    )
    more = [f"{word} {', '.join(map(str, items))}" for word, items in said if items]
    more += [f"[{action.cite}]"] if action.cite else []
    return action.name, " or ".join(action.by), f"-> {action.to or '(stays)'}", "; ".join(more)


def _deadline(deadline: Deadline) -> Row:
    said = [f"then {deadline.then}"] if deadline.then else ["guidance"]
    said += [f"unless {', '.join(map(str, deadline.unless))}"] if deadline.unless else []
    said += [f"tells {', '.join(deadline.notify)}"] if deadline.notify else []
    return "by the clock", deadline.name, deadline.due.text, f"{'; '.join(said)} [{deadline.cite}]"


def _safeguards(workflow: Workflow) -> Iterator[Row]:
    for proof in prove(workflow):
        rule = proof.safeguard
        shown = f"; path: {' > '.join(proof.path)}" if proof.path else ""
        yield status(proof), rule.name, f"{rule_text(rule)} [{rule.cite}]{shown}"


def status(proof: Proof) -> str:
    """The verdict as it is shown: what persons must keep is not proved, but attached to every act."""
    return "ATTACHED" if proof.safeguard.never_one_person else proof.status


def meaning(proof: Proof) -> str:
    """What the verdict promises, in one sentence."""
    if proof.safeguard.never_one_person:
        return "Attached to these acts: whoever did one of them in a case is refused the others when they try."
    if proof.path:
        return "Violated: there is a path through this workflow on which it happens."
    return "Proved: on no path through this workflow, however long, does it happen otherwise."


def rule_text(rule: Safeguard) -> str:
    """A safeguard in the words of its file."""
    if rule.never_one_person:
        return f"never one person: {', '.join(rule.never_one_person)}"
    never = f"never {' or '.join(rule.never)}"
    if rule.except_by:
        return f"{never}, except by {' or '.join(rule.except_by)}"
    if rule.unless:
        return f"{never}, unless {' and '.join(map(str, rule.unless))}"
    return f"{never}, without {' or '.join(rule.without)} since {' or '.join(rule.since)}"
