"""Setting up an office: facilities, bodies, seats, people and their roles, from one file, as events.

The file says how things should stand. What differs becomes a step; applying the same file again changes nothing.
Roles and seats that the file no longer lists, of people and bodies that it does list, end today.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import TypeVar

from privileging.canonical import canonical, digest_of
from privileging.engine.calendar import Calendar
from privileging.engine.values import Body, Facility, Form, Person, RoleHeld, Seat, body_id
from privileging.queries.loading import head_of, value_of
from privileging.services import door, plain
from privileging.services.people import person_id
from privileging.store.driver import Store, Unit

K = TypeVar("K", Facility, Person, Body)


@dataclass(frozen=True, slots=True)
class FacilityEntry:
    name: str
    title: str
    zone: str
    holidays: tuple[str, ...] = ()
    departments: Mapping[str, str] = field(default_factory=dict)
    forms: tuple[Form, ...] = ()
    access: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SeatEntry:
    person: str
    title: str = ""
    chair: bool = False
    votes: bool = True
    since: str = ""


@dataclass(frozen=True, slots=True)
class BodyEntry:
    name: str
    facility: str
    title: str
    meets: str = ""
    seats: tuple[SeatEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class RoleEntry:
    role: str
    facility: str
    department: str = ""
    since: str = ""


@dataclass(frozen=True, slots=True)
class PersonEntry:
    name: str
    title: str
    npi: str = ""
    roles: tuple[RoleEntry, ...] = ()

    @property
    def id(self) -> str:
        return person_id(self.npi) if self.npi else f"person/{self.name}"


@dataclass(frozen=True, slots=True)
class OfficeFile:
    """What an office file says, checked: every name in it resolves."""

    facilities: tuple[FacilityEntry, ...] = ()
    bodies: tuple[BodyEntry, ...] = ()
    people: tuple[PersonEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One difference between the file and the office: the event that mends it, and in words."""

    stream: str
    kind: str
    body: Mapping[str, object]
    says: str


def plan_office(store: Store, office: OfficeFile, *, now: str | None = None) -> tuple[Step, ...]:
    """What applying the file would change; nothing is written."""
    at = door.now_or(now)
    with store.reading() as unit:
        return tuple(_steps(unit, office, at))


def apply_office(store: Store, office: OfficeFile, *, key: str = "", now: str | None = None) -> tuple[Step, ...]:
    """Applies the file in one transaction; the steps taken, none when everything stands as the file says."""
    at = door.now_or(now)
    door.admit({"key": key})
    mark = digest_of(asdict(office))
    key = key or f"office:{mark}:{at}"
    taken: list[Step] = []

    def plan(unit: Unit) -> door.Plan:
        taken[:] = _steps(unit, office, at)
        planned = door.Plan()
        for number, stream in enumerate(dict.fromkeys(step.stream for step in taken)):
            changes = [(step.kind, step.body) for step in taken if step.stream == stream]
            own = f"{key}>{number}" if number else key
            planned.writes.append(plain.write(unit, stream, changes, key=own, actor=plain.OPERATOR, at=at))
        return planned

    done = door.carry_out(store, key=key, mark=mark, actor=plain.OPERATOR, now=at, plan=plan, stream="office")
    return () if done.replayed else tuple(taken)


def _steps(unit: Unit, office: OfficeFile, at: str) -> Iterator[Step]:
    zones = {entry.name: entry.zone for entry in office.facilities}
    for facility in office.facilities:
        yield from _facility_steps(unit, facility)
    for person in office.people:
        yield from _person_steps(unit, person, zones, at)
    streams = {person.name: person.id for person in office.people}
    names = {person.name: person.title for person in office.people}
    for body in office.bodies:
        yield from _body_steps(unit, body, streams, names, Calendar(zones[body.facility]).day_of(at))


def _facility_steps(unit: Unit, entry: FacilityEntry) -> Iterator[Step]:
    stream = f"facility/{entry.name}"
    known = _known(unit, stream, Facility)
    told = {
        "title": entry.title,
        "zone": entry.zone,
        "holidays": list(entry.holidays),
        "departments": dict(entry.departments),
        "access": {name: list(roles) for name, roles in entry.access.items()},
    }
    before = known and {key: getattr(known, key) for key in told}
    if before is None or canonical(before) != canonical(told):
        yield Step(stream, "facility_recorded", told, f"{'change' if known else 'add'} facility {entry.title}")
    for form in entry.forms:
        if known is None or known.forms.get(form.name) != form:
            says = f"adopt form {form.title}, version {form.version}, for {entry.departments[form.department]}"
            yield Step(stream, "form_adopted", {"form": asdict(form)}, says)


def _person_steps(unit: Unit, entry: PersonEntry, zones: Mapping[str, str], at: str) -> Iterator[Step]:
    known = _known(unit, entry.id, Person)
    if known is None or known.name != entry.title or known.npi != entry.npi:
        told = {"name": entry.title, "npi": entry.npi, "record": dict(known.record) if known else {}}
        yield Step(entry.id, "person_recorded", told, f"{'change' if known else 'add'} person {entry.title}")
    held = [role for role in (known.roles if known else ()) if not role.before]
    wanted = {(r.role, f"facility/{r.facility}", r.department): r for r in entry.roles}
    for role in held:
        facility = role.facility.removeprefix("facility/")
        if facility in zones and (role.role, role.facility, role.department) not in wanted:
            body = {**_role_key(role), "before": Calendar(zones[facility]).day_of(at)}
            yield Step(entry.id, "role_ended", body, f"end role {role.role} at {facility} for {entry.title}")
    keys = {(role.role, role.facility, role.department) for role in held}
    for key, wish in wanted.items():
        if key not in keys:
            since = wish.since or Calendar(zones[wish.facility]).day_of(at)
            body = {"role": wish.role, "facility": key[1], "department": wish.department, "since": since}
            where = f"{wish.facility}/{wish.department}" if wish.department else wish.facility
            yield Step(entry.id, "role_given", body, f"give role {wish.role} at {where} to {entry.title}")


def _role_key(role: RoleHeld) -> dict[str, object]:
    return {"role": role.role, "facility": role.facility, "department": role.department}


def _body_steps(
    unit: Unit, entry: BodyEntry, streams: Mapping[str, str], names: Mapping[str, str], day: str
) -> Iterator[Step]:
    stream = body_id(f"facility/{entry.facility}", entry.name)
    known = _known(unit, stream, Body)
    if known is None or (known.title, known.meets) != (entry.title, entry.meets):
        told = {"title": entry.title, "meets": entry.meets}
        yield Step(stream, "body_recorded", told, f"{'change' if known else 'add'} body {entry.title}")
    seated = {seat.person: seat for seat in (known.seats if known else ()) if not seat.before}
    wanted = {streams[seat.person]: seat for seat in entry.seats}
    for person, seat in seated.items():
        if person not in wanted or not _same_seat(seat, wanted[person]):
            yield Step(stream, "seat_ended", {"person": person, "before": day}, f"end seat of {seat.name or person}")
    for person, wish in wanted.items():
        if person not in seated or not _same_seat(seated[person], wish):
            seat = Seat(person, wish.since or day, names[wish.person], wish.title, "", wish.chair, wish.votes)
            chair = ", chair" if wish.chair else ""
            yield Step(stream, "seat_given", {"seat": asdict(seat)}, f"seat {seat.name} on {entry.title}{chair}")


def _same_seat(seat: Seat, wish: SeatEntry) -> bool:
    return (seat.title, seat.chair, seat.votes) == (wish.title, wish.chair, wish.votes)


def _known(unit: Unit, stream: str, kind: type[K]) -> K | None:
    head = head_of(unit, stream)
    return value_of(unit, head, kind) if head else None
