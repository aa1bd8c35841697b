"""Requirements, effects and kinds: each is a word of the vocabulary, with the parameter that word takes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from privileging.definition.draft import Draft, closest
from privileging.definition.graph import edges, inner
from privileging.definition.model import Action, Item, NextMeeting
from privileging.definition.names import a_moment, deadlines, effects, moment
from privileging.definition.phrases import parse_age, parse_due
from privileging.definition.reader import Path
from privileging.definition.vocabulary import (
    EFFECTS,
    FACT_KINDS,
    ITEM_KINDS,
    PARAMETERS,
    RECORDS,
    REQUIREMENTS,
    Term,
)
from privileging.errors import InvalidInput, Problem

# Words that speak about what the act itself states, and the kinds of fact it must then ask for, one of each.
STATED = {
    "term_at_most": ("date",),
    "all_privileges_granted": ("each_privilege",),
    "grant_privileges": ("each_privilege", "date"),
}
# How many names a kind's list holds at least; a kind that is not here takes no parameter.
_LISTS = {"rising": 2, "choice": 2, "list": 1}


@dataclass(frozen=True, slots=True)
class Use:
    """One item where it stands, and the deadlines it may name there."""

    draft: Draft
    place: Path
    item: Item
    deadlines: Collection[str] = ()

    def wrong(self, text: str) -> Problem:
        """A problem of this item."""
        return self.draft.problem(self.place, f"{self.item.name}: {text}")

    @property
    def plain(self) -> bool:
        """Whether the parameter is one name or several, without parameters of their own."""
        return bool(self.item.names) and not any(part.of for part in inner(self.item))


def requirements(draft: Draft) -> Iterator[Problem]:
    """Every requirement of an action, a deadline or a safeguard is one, with its parameter."""
    workflow = draft.workflow
    for action in workflow.actions():
        own = workflow.states[action.state].deadlines if action.state else ()
        yield from _all(draft, (*draft.place(action), "requires"), action.requires, {*own, *workflow.deadlines})
    for place, deadline in deadlines(draft):
        own = workflow.states[deadline.state].deadlines if deadline.state else ()
        yield from _all(draft, (*place, "unless"), deadline.unless, {*own, *workflow.deadlines})
    everywhere = {deadline.name for _, deadline in deadlines(draft)}
    for rule in workflow.safeguards.values():
        yield from _all(draft, ("safeguards", rule.name, "unless"), rule.unless, everywhere)


def _all(draft: Draft, place: Path, items: tuple[Item, ...], known: Collection[str]) -> Iterator[Problem]:
    for index, item in enumerate(items):
        yield from _requirement(Use(draft, (*place, index), item, known))


def _requirement(use: Use) -> Iterator[Problem]:
    if use.item.name in use.draft.workflow.facts:
        yield from _value(use)
    else:
        yield from _term(use, "requirement", REQUIREMENTS)


def _value(use: Use) -> Iterator[Problem]:
    fact = use.draft.workflow.facts[use.item.name]
    if fact.name != "rising":
        yield use.wrong("only a fact of the kind rising can be required to have a value")
    elif use.item.of not in fact.names:
        yield use.wrong(f"its values are {', '.join(fact.names)}")


def does(draft: Draft) -> Iterator[Problem]:
    """Every effect of an action or a state is one, with its parameter."""
    for place, items in effects(draft):
        for index, item in enumerate(items):
            yield from _term(Use(draft, (*place, index), item), "effect", EFFECTS)


def _term(use: Use, what: str, terms: dict[str, Term]) -> Iterator[Problem]:
    term = terms.get(use.item.name)
    if not term:
        yield use.draft.problem(use.place, f"no {what} {use.item.name!r}{closest(use.item.name, terms)}")
    elif not _FITS[term.takes](use):
        yield use.wrong(f"takes {PARAMETERS[term.takes]}")
    elif meaning := _MEANS.get(term.takes):
        yield from meaning(use)


def _kind(*kinds: str) -> Callable[[Use], Iterator[Problem]]:
    def named(use: Use) -> Iterator[Problem]:
        for name in use.item.names:
            yield from use.draft.unlike(use.place, name, kinds)

    return named


def _age(use: Use) -> Iterator[Problem]:
    try:
        parse_age(str(use.item.of))
    except InvalidInput as error:
        yield use.wrong(str(error))


def _due(use: Use) -> Iterator[Problem]:
    try:
        rule = parse_due(str(use.item.of))
    except InvalidInput as error:
        yield use.wrong(str(error))
        return
    yield from moment(use.draft, use.place, rule)
    if isinstance(rule, NextMeeting):
        yield from use.draft.unlike(use.place, rule.body, ("body",))


def _moment(use: Use) -> Iterator[Problem]:
    return a_moment(use.draft, use.place, str(use.item.of))


def _deadline(use: Use) -> Iterator[Problem]:
    if use.item.of not in use.deadlines:
        yield use.wrong(f"no deadline {use.item.of!r} runs here{closest(str(use.item.of), use.deadlines)}")


def _items(use: Use) -> Iterator[Problem]:
    for part in inner(use.item):
        if part.name == use.item.name:
            yield use.wrong("is one level deep")
        else:
            yield from _requirement(Use(use.draft, use.place, part, use.deadlines))


def _text(use: Use) -> bool:
    return isinstance(use.item.of, str)


_FITS: dict[str, Callable[[Use], bool]] = {
    "nothing": lambda use: use.item.of is None,
    "items": lambda use: isinstance(use.item.of, tuple) and len(use.item.of) > 1,
    "verifications": lambda use: use.plain,
    "actors": lambda use: use.plain,
    **dict.fromkeys(("age", "due", "moment", "deadline", "workflow", "notice"), _text),
}
_MEANS: dict[str, Callable[[Use], Iterator[Problem]]] = {
    "age": _age,
    "due": _due,
    "moment": _moment,
    "deadline": _deadline,
    "items": _items,
    "verifications": _kind("verification"),
    "workflow": _kind("workflow"),
    "notice": _kind("notice"),
    "actors": _kind("role", "body"),
}


def kinds(draft: Draft) -> Iterator[Problem]:
    """Every fact and every application item is of a kind there is."""
    for name, fact in draft.workflow.facts.items():
        place: Path = ("facts", name)
        if fact.name != "on_record":
            yield from _of_kind(Use(draft, place, fact), FACT_KINDS)
        elif fact.of != "date" or name not in RECORDS:
            yield draft.problem(place, f"on record are only, as on_record: date: {', '.join(RECORDS)}")
    for item in draft.workflow.application.values():
        yield from _of_kind(Use(draft, ("application", item.name, "kind"), item.kind), ITEM_KINDS)


def _of_kind(use: Use, known: dict[str, str]) -> Iterator[Problem]:
    kind = use.item
    least = _LISTS.get(kind.name)
    if kind.name not in known:
        yield use.draft.problem(use.place, f"no kind {kind.name!r}; there are: {', '.join(known)}")
    elif least is None and kind.of is not None:
        yield use.wrong("takes no parameter")
    elif least and (not isinstance(kind.of, tuple) or not use.plain or len(set(kind.names)) < least):
        yield use.wrong(f"takes a list of {least} or more different names")


def stated(draft: Draft) -> Iterator[Problem]:
    """What speaks about a stated fact stands where exactly one fact of that kind is stated."""
    for action in draft.workflow.actions():
        place = draft.place(action)
        for name in _words(action.requires):
            yield from _asked(draft, (*place, "requires"), action, name)
    for edge in edges(draft.workflow):
        for item in edge.does:
            yield from _asked(draft, (*draft.place(edge.action), "with"), edge.action, item.name)
    for place, deadline in deadlines(draft):
        for name in _words(deadline.unless):
            if name in STATED:
                yield draft.problem(
                    (*place, "unless"), f"{name} speaks about what an act states; the clock states nothing"
                )


def _words(items: tuple[Item, ...]) -> Iterator[str]:
    for item in items:
        yield item.name
        yield from _words(inner(item))


def _asked(draft: Draft, place: Path, action: Action, name: str) -> Iterator[Problem]:
    facts = draft.workflow.facts
    for kind in STATED.get(name, ()):
        asked = [fact for fact in action.asks if fact in facts and facts[fact].name == kind]
        if len(asked) != 1:
            yield draft.problem(place, f"{name}: {action.key} must state exactly one fact of the kind {kind}")
