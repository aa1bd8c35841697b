"""What a workflow file says, as frozen values. Nothing here reads, checks or runs anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Item:
    """A name, or a name with one parameter: a text, or several items (``{verified: [license, npdb]}``)."""

    name: str
    of: str | tuple[Item, ...] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The parameter as names: of one text, one; of several items, theirs."""
        if isinstance(self.of, str):
            return (self.of,)
        return tuple(item.name for item in self.of or ())

    def __str__(self) -> str:
        if self.of is None:
            return self.name
        of = self.of if isinstance(self.of, str) else f"[{', '.join(map(str, self.of))}]"
        return f"{self.name}: {of}"


@dataclass(frozen=True, slots=True)
class Period:
    """``30 days after adverse_notice``. ``unit`` is hours, days, business days, months or years.

    ``anchor`` is ``after`` or ``before``; ``moment`` None means entering the state (or, for an age, the day given).
    """

    number: int
    unit: str
    anchor: str = "after"
    moment: str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class NextMeeting:
    """``next regular meeting of governing_board [after moment]``."""

    body: str
    moment: str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """A quorum or a majority: ``majority of votes cast``, ``50% of members``, ``3 members``.

    Either a fixed ``count``, or ``part``/``whole`` of the base, exceeded when ``beyond`` (a majority is more than
    half), else reached. ``base`` is members, eligible, those present or votes cast.
    """

    base: str
    count: int | None = None
    part: int = 1
    whole: int = 1
    beyond: bool = False
    text: str = ""

    def needed(self, size: int) -> int:
        """How many of ``size`` are enough."""
        if self.count is not None:
            return self.count
        return size * self.part // self.whole + 1 if self.beyond else -(-size * self.part // self.whole)


@dataclass(frozen=True, slots=True)
class Role:
    """An office that acts alone. ``of``: where it is held: facility, department or case."""

    name: str
    title: str
    of: str = "facility"
    substitute: str | None = None


@dataclass(frozen=True, slots=True)
class Body:
    """A body that acts by motion and vote."""

    name: str
    title: str
    quorum: Share
    carries: Share
    cite: str


@dataclass(frozen=True, slots=True)
class ApplicationItem:
    """One thing the application asks for. ``kind``: text, date, document, {choice: […]} or {list: [columns]}."""

    name: str
    title: str
    kind: Item
    required: bool = False
    help: str = ""
    cite: str = ""


@dataclass(frozen=True, slots=True)
class Verification:
    """One thing to prove at its source. ``by``: the roles that record it; ``fresh_for``: its age limit."""

    name: str
    title: str
    source: str
    by: tuple[str, ...]
    cite: str
    fresh_for: Period | None = None
    at_least: int = 1
    accept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """A letter with legal force. Recording that it was served makes the moment that periods count from.

    ``sender`` is the file's ``from``; ``by`` are the roles that may record its service (default: the sender).
    """

    name: str
    title: str
    sender: str
    to: str
    sent_by: str
    by: tuple[str, ...]
    says: tuple[str, ...]
    cite: str


@dataclass(frozen=True, slots=True)
class Deadline:
    """Time allowed, under a state, or at the top (``state`` empty: runs to the end of the case)."""

    name: str
    state: str
    due: Period | NextMeeting
    cite: str
    then: str | None = None
    unless: tuple[Item, ...] = ()
    notify: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Action:
    """One verb leaving one state; ``state`` empty: an opening. ``to`` None: the case stays."""

    name: str
    state: str
    title: str
    by: tuple[str, ...]
    to: str | None = None
    requires: tuple[Item, ...] = ()
    asks: tuple[str, ...] = ()
    does: tuple[Item, ...] = ()
    quorum: Share | None = None
    carries: Share | None = None
    cite: str = ""

    @property
    def key(self) -> str:
        """``state.action``, the name that means one thing in the whole file; of an opening, its bare name."""
        return f"{self.state}.{self.name}" if self.state else self.name


@dataclass(frozen=True, slots=True)
class State:
    """Where a case rests. ``final`` is how it ended, from the shared vocabulary, or None."""

    name: str
    title: str
    actions: Mapping[str, Action]
    deadlines: Mapping[str, Deadline]
    does: tuple[Item, ...] = ()
    final: str | None = None
    shown_as: str = ""


@dataclass(frozen=True, slots=True)
class Safeguard:
    """What may never happen. Exactly one of ``never`` and ``never_one_person`` is set."""

    name: str
    cite: str
    never: tuple[str, ...] = ()
    except_by: tuple[str, ...] = ()
    unless: tuple[Item, ...] = ()
    without: tuple[str, ...] = ()
    since: tuple[str, ...] = ()
    never_one_person: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Workflow:
    """One version of one definition file, identified by the digest of its canonical content."""

    name: str
    version: int
    title: str
    governed_by: str
    digest: str
    roles: Mapping[str, Role]
    bodies: Mapping[str, Body]
    application: Mapping[str, ApplicationItem]
    facts: Mapping[str, Item]
    verifications: Mapping[str, Verification]
    notices: Mapping[str, Notice]
    opening: Mapping[str, Action]
    states: Mapping[str, State]
    deadlines: Mapping[str, Deadline]
    safeguards: Mapping[str, Safeguard]

    def actions(self) -> Iterator[Action]:
        """Every action: the openings first, then state by state as written."""
        yield from self.opening.values()
        for state in self.states.values():
            yield from state.actions.values()

    def opens(self, state: str) -> tuple[str, ...]:
        """The workflows that entering ``state`` opens."""
        return tuple(name for item in self.states[state].does if item.name == "open" for name in item.names)
