"""What the events of persons, facilities, bodies and workflows mean: plain functions, shaped like ``evolve``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from privileging.engine.snapshot import build
from privileging.engine.values import Appointment, Body, Event, Facility, Form, Person, RoleHeld, Seat


@dataclass(frozen=True, slots=True)
class Published:
    """One version of a workflow, live from a day on, until withdrawn."""

    version: int
    digest: str
    live_from: str
    withdrawn_from: str = ""


@dataclass(frozen=True, slots=True)
class Versions:
    """The versions of one workflow, by the workflow's stream."""

    id: str
    versions: tuple[Published, ...] = ()


def _plain(event: Event) -> Mapping[str, Any]:
    return event.body


def evolve_person(person: Person, event: Event) -> Person:
    """What an event means for a person."""
    body = _plain(event)
    match event.kind:
        case "person_recorded":
            return replace(person, name=body["name"], npi=body["npi"], record=body["record"])
        case "role_given":
            held = RoleHeld(body["role"], body["facility"], body["since"], body["department"])
            return replace(person, roles=(*(role for role in person.roles if not _same_day(role, held)), held))
        case "role_ended":
            return replace(person, roles=tuple(_ended(role, body) for role in person.roles))
        case "account_opened":
            return replace(person, accounts=(*person.accounts, body["account"]))
        case "account_closed":
            return replace(person, accounts=tuple(name for name in person.accounts if name != body["account"]))
        case "appointment_recorded":
            term = Appointment(body["facility"], body["case"], body["begins"], body["ends"])
            return replace(person, appointments=(*person.appointments, term))
    return person


def _same_day(role: RoleHeld, held: RoleHeld) -> bool:
    return replace(role, before="") == held


def _ended(role: RoleHeld, body: Mapping[str, Any]) -> RoleHeld:
    meant = (role.role, role.facility, role.department) == (body["role"], body["facility"], body["department"])
    return replace(role, before=body["before"]) if meant and not role.before else role


def evolve_facility(facility: Facility, event: Event) -> Facility:
    """What an event means for a facility."""
    body = _plain(event)
    if event.kind == "form_adopted":
        form = build(Form, body["form"])
        return replace(facility, forms={**facility.forms, form.name: form})
    told = {key: body[key] for key in ("title", "zone", "departments")}
    access = {name: tuple(roles) for name, roles in body["access"].items()}
    return replace(facility, **told, holidays=tuple(body["holidays"]), access=access)


def evolve_body(body: Body, event: Event) -> Body:
    """What an event means for a body."""
    told = _plain(event)
    match event.kind:
        case "seat_given":
            seat = build(Seat, told["seat"])
            return replace(
                body, seats=(*(s for s in body.seats if (s.person, s.since) != (seat.person, seat.since)), seat)
            )
        case "seat_ended":
            return replace(
                body,
                seats=tuple(
                    replace(s, before=told["before"]) if s.person == told["person"] and not s.before else s
                    for s in body.seats
                ),
            )
    return replace(body, title=told["title"], meets=told["meets"])


def evolve_versions(versions: Versions, event: Event) -> Versions:
    """What an event means for a workflow's versions."""
    body = _plain(event)
    if event.kind == "withdrawn":
        changed = (
            replace(v, withdrawn_from=body["from"]) if v.version == body["version"] else v for v in versions.versions
        )
        return replace(versions, versions=tuple(changed))
    entry = Published(body["version"], body["digest"], body["live_from"])
    return replace(versions, versions=(*versions.versions, entry))
