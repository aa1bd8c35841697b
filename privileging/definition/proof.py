"""Safeguards, proved over every path of a workflow, and a second, smaller program that checks the proofs.

Each rule becomes a monitor of two states, and the search is over (state of the case, state of the monitor). What the
search reached is the proof's certificate: it holds the beginning, no edge leads out of it, and no edge in it is bad.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from privileging.definition.graph import START, Edge, Node, edges, inner, search, served
from privileging.definition.model import Item, Safeguard, Workflow

PROVED, VIOLATED = "PROVED", "VIOLATED"
Step = Callable[[Edge, bool], tuple[bool, bool]]


@dataclass(frozen=True, slots=True)
class Proof:
    """A safeguard's verdict. ``path``: the shortest violation, as ``state.action``; ``reached``: the certificate.

    A separation of duties is proved to be attached to acts; that persons keep it is enforced when they act.
    """

    safeguard: Safeguard
    status: str
    path: tuple[str, ...] = ()
    reached: frozenset[Node] = frozenset()


def prove(workflow: Workflow) -> tuple[Proof, ...]:
    """A verdict on every safeguard, in the file's order."""
    return tuple(_verdict(workflow, rule) for rule in workflow.safeguards.values())


def _verdict(workflow: Workflow, rule: Safeguard) -> Proof:
    if rule.never_one_person:
        return Proof(rule, PROVED)
    found = search(edges(workflow), _start(rule), _monitor(rule))
    return Proof(rule, VIOLATED if found.path else PROVED, found.path, found.reached)


def recheck(workflow: Workflow, proof: Proof) -> bool:
    """Whether the certificate stands by itself, without trust in the search that found it."""
    if proof.safeguard.never_one_person:
        return proof.status == PROVED
    start, step = (START, _start(proof.safeguard)), _monitor(proof.safeguard)
    steps = [
        (edge, *step(edge, bit)) for edge in edges(workflow) for source, bit in proof.reached if source == edge.source
    ]
    closed = all((edge.target, after) in proof.reached for edge, after, _ in steps)
    return proof.status == PROVED and start in proof.reached and closed and not any(bad for _, _, bad in steps)


def _start(rule: Safeguard) -> bool:
    """Whether the rule is satisfied before anything happened."""
    return not rule.without or "opening" not in rule.since


def _monitor(rule: Safeguard) -> Step:
    if rule.except_by:
        return lambda edge, bit: (bit, _targets(rule, edge) and not set(edge.action.by) <= set(rule.except_by))
    if rule.unless:
        return lambda edge, bit: (bit, _targets(rule, edge) and not discharged(edge.action.requires, rule.unless))
    return lambda edge, bit: _happened(rule, edge, bit)


def _targets(rule: Safeguard, edge: Edge) -> bool:
    return not _names(edge).isdisjoint(rule.never)


def _names(edge: Edge) -> frozenset[str]:
    """Everything that the edge does and a safeguard may forbid."""
    return edge.acts() | _effects(edge.does) | _state(edge)


def _effects(items: tuple[Item, ...]) -> frozenset[str]:
    return served(items) | {item.name for item in items}


def _state(edge: Edge) -> frozenset[str]:
    return frozenset({edge.enters} if edge.enters else ())


def _happened(rule: Safeguard, edge: Edge, bit: bool) -> tuple[bool, bool]:
    """The order within one edge: the act is judged, then counts; then its effects, the entry and what that does."""
    never = set(rule.never)
    bad = not bit and not never.isdisjoint(edge.acts())
    bit = _counted(rule, edge.acts(), bit)
    bad = bad or (not bit and not never.isdisjoint(_effects(edge.does) | _state(edge)))
    return _counted(rule, _state(edge), bit), bad


def _counted(rule: Safeguard, moments: Iterable[str], bit: bool) -> bool:
    """The bit after these moments: satisfied by `without`, undone by `since`; what is both undoes."""
    names = set(moments)
    if names & (set(rule.since) - {"opening"}):
        return False
    return bit or bool(names & set(rule.without))


def discharged(required: tuple[Item, ...], wanted: tuple[Item, ...]) -> bool:
    """Whether what is required implies everything wanted."""
    return all(any(_implies(item, part) for item in required) for want in wanted for part in _parts(want))


def _parts(item: Item) -> tuple[Item, ...]:
    if item.name == "verified":
        return tuple(Item("verified", name) for name in item.names)
    return (item,)


def _implies(item: Item, want: Item) -> bool:
    """Whether one requirement implies another; what is not known to imply does not."""
    if item == want:
        return True
    if item.name == "any_of":
        return all(_implies(alternative, want) for alternative in inner(item))
    if want.name == "any_of":
        return any(discharged((item,), (alternative,)) for alternative in inner(want))
    if want.name == "verified":
        return item.name == "verifications_current" or (item.name == "verified" and want.of in item.names)
    return False
