"""The frozen values the decider reads and returns. Instants and days are text that sorts (history.md, section 2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from privileging.engine.calendar import Calendar
from privileging.errors import Reason

CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class RoleHeld:
    """A role at a facility, optionally for one department, from the day ``since`` until before the day ``before``."""

    role: str
    facility: str
    since: str
    department: str = ""
    before: str = ""

    def on(self, day: str) -> bool:
        return self.since <= day and (not self.before or day < self.before)


@dataclass(frozen=True, slots=True)
class Appointment:
    """A term of membership at a facility, as granted by a case."""

    facility: str
    case: str
    begins: str
    ends: str


@dataclass(frozen=True, slots=True)
class Person:
    """A human being: name, professional record, roles, appointments. ``id`` is the person's stream."""

    id: str
    name: str = ""
    npi: str = ""
    record: Mapping[str, object] = field(default_factory=dict)
    roles: tuple[RoleHeld, ...] = ()
    accounts: tuple[str, ...] = ()
    appointments: tuple[Appointment, ...] = ()

    def holds(self, role: str, facility: str, day: str, departments: tuple[str, ...] | None = None) -> bool:
        """Whether this person holds ``role`` there that day; ``departments``: for one of these, if given."""
        return any(
            held.role == role
            and held.facility == facility
            and held.on(day)
            and (departments is None or not held.department or held.department in departments)
            for held in self.roles
        )

    def appointment_at(self, facility: str) -> Appointment | None:
        """The appointment there that ends last."""
        here = [appointment for appointment in self.appointments if appointment.facility == facility]
        return max(here, key=lambda appointment: appointment.ends, default=None)


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat of a body: its holder, a title, a term and a voting right."""

    person: str
    since: str
    name: str = ""
    title: str = ""
    before: str = ""
    chair: bool = False
    votes: bool = True

    def on(self, day: str) -> bool:
        return self.since <= day and (not self.before or day < self.before)


@dataclass(frozen=True, slots=True)
class Body:
    """A body at one facility. ``meets``: its regular meetings, as in ``second Wednesday``."""

    id: str
    title: str = ""
    meets: str = ""
    seats: tuple[Seat, ...] = ()

    def seated(self, day: str) -> tuple[Seat, ...]:
        return tuple(seat for seat in self.seats if seat.on(day))


@dataclass(frozen=True, slots=True)
class Line:
    """One privilege of a delineation form. ``group``: core or special."""

    code: str
    title: str
    group: str
    criteria: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """A delineation form as a department uses it."""

    name: str
    title: str
    version: int
    department: str
    lines: tuple[Line, ...] = ()


def body_id(facility: str, name: str) -> str:
    """The stream of a body at a facility."""
    return f"body/{facility.removeprefix('facility/')}/{name}"


@dataclass(frozen=True, slots=True)
class Facility:
    """Where privileges hold: its zone, holidays, departments and delineation forms.

    ``access`` says which roles read what: ``staff`` and ``audit`` every case here, ``administer`` only that it exists.
    """

    id: str
    title: str = ""
    zone: str = "UTC"
    holidays: tuple[str, ...] = ()
    departments: Mapping[str, str] = field(default_factory=dict)
    forms: Mapping[str, Form] = field(default_factory=dict)
    access: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Moment:
    """The last instant something happened in this case, and how often."""

    at: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Check:
    """One verification on record. ``at``: the instant it counts from. ``struck``: found to be an error."""

    number: int
    name: str
    source: str
    method: str
    verified_on: str
    outcome: str
    by: str
    at: str
    good_until: str = ""
    evidence: str = ""
    note: str = ""
    struck: bool = False


@dataclass(frozen=True, slots=True)
class Running:
    """A deadline that runs: the stored instant and the rule that made it."""

    number: int
    name: str
    state: str
    started: str
    due: str
    rule: str
    lapses: str = ""


@dataclass(frozen=True, slots=True)
class Vote:
    person: str
    choice: str
    at: str
    seq: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Motion:
    """A motion to take one action, with the facts it fixes. ``result`` is empty while it is open."""

    number: int
    body: str
    action: str
    facts: Mapping[str, object]
    moved_by: str
    at: str
    wording: int = 1
    votes: tuple[Vote, ...] = ()
    closed_at: str = ""
    result: str = ""

    def vote_of(self, person: str) -> Vote | None:
        return next((vote for vote in self.votes if vote.person == person), None)


@dataclass(frozen=True, slots=True)
class Recusal:
    person: str
    body: str
    reason: str
    at: str


@dataclass(frozen=True, slots=True)
class Owed:
    """A notice that has to be served, or was."""

    number: int
    name: str
    since: str
    served_on: str = ""
    method: str = ""


@dataclass(frozen=True, slots=True)
class Child:
    """A case this case opened, and how it ended (empty: it runs)."""

    case: str
    workflow: str
    state: str
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Opener:
    """The case, and its state, that opened this one."""

    case: str
    state: str


@dataclass(frozen=True, slots=True)
class Case:
    """One run of a workflow for one practitioner at one facility: what its events add up to."""

    id: str
    workflow: str = ""
    digest: str = ""
    practitioner: str = ""
    practitioner_name: str = ""
    facility: str = ""
    seq: int = 0
    state: str = ""
    since: str = ""
    opened_at: str = ""
    ended_at: str = ""
    outcome: str = ""
    departments: tuple[str, ...] = ()
    opener: Opener | None = None
    moments: Mapping[str, Moment] = field(default_factory=dict)
    performers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    facts: Mapping[str, object] = field(default_factory=dict)
    application: Mapping[str, object] = field(default_factory=dict)
    lines: tuple[Line, ...] = ()
    attested_by: str = ""
    checks: tuple[Check, ...] = ()
    deadlines: tuple[Running, ...] = ()
    motions: tuple[Motion, ...] = ()
    recusals: tuple[Recusal, ...] = ()
    declared: tuple[Recusal, ...] = ()  # no conflict; the reason is what they stated
    notices: tuple[Owed, ...] = ()
    children: tuple[Child, ...] = ()
    counted: int = 0
    acted_at: str = ""

    @property
    def open_motion(self) -> Motion | None:
        return next((motion for motion in self.motions if not motion.result), None)

    def recused(self, body: str) -> tuple[str, ...]:
        return tuple(recusal.person for recusal in self.recusals if recusal.body == body)


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of a history, before it is recorded. ``seq`` counts from 1 within the stream."""

    stream: str
    seq: int
    kind: str
    effective_at: str
    actor: str
    body: Mapping[str, object]
    role: str = ""
    for_person: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class Command:
    """What somebody asks for. ``seen``: the stream's version on the page; of a vote, see history.md section 5."""

    key: str
    kind: str
    stream: str
    actor: str
    args: Mapping[str, object] = field(default_factory=dict)
    account: str = ""
    seen: int | tuple[int, int, int] | None = None
    effective_at: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """All that a rule may look at besides the case. ``versions``: every stream it was built from.

    ``holders`` maps a role with a substitute to the persons who hold it at the facility; ``bodies`` a body's name to
    its seats there; ``open_cases`` are the practitioner's other open cases of the same workflow (for an opening).
    """

    now: str
    calendar: Calendar
    facility: Facility
    actor: Person
    practitioner: Person
    bodies: Mapping[str, Body] = field(default_factory=dict)
    holders: Mapping[str, tuple[Person, ...]] = field(default_factory=dict)
    open_cases: tuple[str, ...] = ()
    versions: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """The rules say yes: this case's events, the case after them, and what other streams must be told."""

    case: Case
    events: tuple[Event, ...]
    follow_ups: tuple[Command, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """The rules say no, for every one of these reasons. ``permitted``: whether this person may do it at all."""

    reasons: tuple[Reason, ...]
    permitted: bool = True
