"""Builders for tests of the decider: an office full of people, what they may look at, and small workflows. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache

from privileging.definition.load import load, load_sources, shipped
from privileging.definition.model import Workflow
from privileging.engine.calendar import Calendar
from privileging.engine.values import (
    Body,
    Context,
    Facility,
    Form,
    Line,
    Person,
    RoleHeld,
    Seat,
)

NOW = "2026-03-02T15:00:00.000000Z"  # a Monday
HOSPITAL = "facility/main"
LONG_AGO = "2020-01-01"
LINES = (
    Line("appendectomy", "Appendectomy", "core"),
    Line("hernia_repair", "Repair of hernias", "core"),
    Line("colonoscopy", "Colonoscopy", "special", "50 procedures"),
    Line("robotic_surgery", "Robotic surgery", "special", "5 proctored cases"),
)
HEART = Line("catheterisation", "Catheterisation", "core")
GRANTED: list[dict[str, object]] = [{"privilege": "appendectomy"}, {"privilege": "hernia_repair"}]
REPORT = {"category": "traditional", "reasons": "seen at work"}


# People and the office ----------------------------------------------------------------------------------------------


def person(name: str, *roles: str, since: str = LONG_AGO, before: str = "", at: str = HOSPITAL) -> Person:
    """A person; a role as ``coordinator`` or, for one department, ``department_chair@surgery``."""
    pairs = [role.partition("@") for role in roles]
    held = tuple(RoleHeld(role, at, since, department, before) for role, _, department in pairs)
    return Person(id_of(name), name.capitalize(), roles=held)


def id_of(name: str) -> str:
    """A stream as people write it: ``ortiz`` is ``person/ortiz``; the clock and other streams stay as they are."""
    return name if "/" in name or name == "clock" else f"person/{name}"


def seats(*names: str, chair: str = "", since: str = LONG_AGO) -> tuple[Seat, ...]:
    """Voting seats for these people; the first is the chair unless another is named."""
    return tuple(Seat(id_of(name), since, chair=name == (chair or names[0])) for name in names)


def body(name: str, *names: str, meets: str = "second Wednesday") -> Body:
    """A body with a voting seat for each of these people, the first in the chair."""
    return Body(f"body/main/{name}", name.capitalize(), meets, seats(*names) if names else ())


SEATED = {
    "credentials_committee": ("ada", "ben", "cy"),
    "executive_committee": ("dora", "eli", "finn"),
    "governing_board": ("gita", "hal", "ines"),
    "hearing_panel": ("jon", "kim", "lou"),
}
MEETS = {
    "credentials_committee": "second Wednesday",
    "executive_committee": "third Wednesday",
    "governing_board": "last Thursday",
    "hearing_panel": "",
}
PEOPLE = (
    person("adeyemi"),
    person("ortiz", "coordinator"),
    person("chen", "department_chair@surgery"),
    person("ruiz", "department_chair@medicine"),
    person("stone", "chief_of_staff"),
    *(person(name) for seats in SEATED.values() for name in seats),
)
BODIES = {name: body(name, *names, meets=MEETS[name]) for name, names in SEATED.items()}
MAIN = Facility(
    id=HOSPITAL,
    title="Main hospital",
    zone="America/Chicago",
    holidays=("2026-05-25",),
    departments={"surgery": "Surgery", "medicine": "Medicine"},
    forms={
        "general_surgery": Form("general_surgery", "General surgery", 1, "surgery", LINES),
        "cardiology": Form("cardiology", "Cardiology", 1, "medicine", (HEART,)),
    },
)


@dataclass(frozen=True)
class Office:
    """Everything a context is built from."""

    facility: Facility = MAIN
    people: tuple[Person, ...] = PEOPLE
    bodies: Mapping[str, Body] = field(default_factory=lambda: BODIES)

    def but(self, *people: Person, bodies: Mapping[str, Body] | None = None) -> Office:
        """The office with these people, and these bodies, in place of those of the same name."""
        kept = {known.id: known for known in (*self.people, *people)}
        return replace(self, people=tuple(kept.values()), bodies={**self.bodies, **(bodies or {})})

    @property
    def calendar(self) -> Calendar:
        meetings = {name: known.meets for name, known in self.bodies.items() if known.meets}
        return Calendar(self.facility.zone, frozenset(self.facility.holidays), meetings)

    def context(self, workflow: Workflow, actor: str, now: str = NOW, about: str = "adeyemi") -> Context:
        """All that a rule may look at, for somebody acting on a case about ``about``."""
        known = {entry.id: entry for entry in self.people}
        substituted = [role.name for role in workflow.roles.values() if role.substitute]
        holders = {
            role: tuple(p for p in self.people if any(held.role == role for held in p.roles)) for role in substituted
        }
        return Context(
            now=now,
            calendar=self.calendar,
            facility=self.facility,
            actor=known.get(id_of(actor), Person(id_of(actor))),
            practitioner=known.get(id_of(about), Person(id_of(about))),
            bodies=self.bodies,
            holders=holders,
            versions={HOSPITAL: 1},
        )


OFFICE = Office()


# Workflows ----------------------------------------------------------------------------------------------------------


@cache
def workflows() -> dict[str, Workflow]:
    """The shipped workflows, by name."""
    return load_sources({f"{name}.yaml": source for name, source in shipped().items()})


@cache
def flow(text: str) -> Workflow:
    """A small workflow of a test's own; its name and its governing text need not be said. It may open a hearing."""
    whole = f"workflow: small\nversion: 1\ngoverned_by: sample\n{text}"
    return load(whole.encode(), "small.yaml", {"fair_hearing": workflows()["fair_hearing"]})
