"""Who may read what, as one frozen value: ``covers`` decides one case, ``queries/visible.py`` makes it a WHERE clause.

Deny by default. Whoever is the subject of a case reads it as its applicant and as nothing else; whoever is recused
from it reads nothing but that it exists. Acting is not decided here: ``decide`` answers that.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from privileging.engine.values import Facility, Person

CLASSES = ("staff", "audit", "administer")

# What of a case is read → which classes of roles read it, and whether its subject, its department, its bodies do.
# `status`: where it stands; `file`: application, verifications, documents; `confidential`: references, data bank
# answers, notes of reviewers; `history`: every event.
_READERS: dict[str, tuple[frozenset[str], bool, bool]] = {
    "status": (frozenset({"staff", "audit", "administer"}), True, True),
    "file": (frozenset({"staff", "audit"}), True, True),
    "confidential": (frozenset({"staff", "audit"}), False, True),
    "history": (frozenset({"staff", "audit"}), False, True),
}
RESOURCES = tuple(_READERS)


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What a scope looks at: subject, facility, departments, the bodies it came before, who is recused."""

    practitioner: str
    facility: str
    department: str = ""
    bodies: frozenset[str] = frozenset()
    recused: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Scope:
    """The cases a person may read, for one resource. An empty scope covers nothing."""

    person: str
    own: bool = False
    facilities: frozenset[str] = frozenset()
    departments: frozenset[tuple[str, str]] = frozenset()
    bodies: frozenset[str] = frozenset()

    def covers(self, case: CaseFacts) -> bool:
        """Whether this case is within the scope."""
        if case.practitioner == self.person:
            return self.own
        if self.person in case.recused:
            return False
        return (
            case.facility in self.facilities
            or (case.facility, case.department) in self.departments
            or not self.bodies.isdisjoint(case.bodies)
        )


def scope(
    person: Person, resource: str, day: str, *, facilities: Iterable[Facility] = (), bodies: Iterable[str] = ()
) -> Scope:
    """What ``person`` may read of ``resource`` that day.

    ``facilities`` are those where they hold a role; ``bodies`` the bodies in which they have a seat that day. A role
    held for a department reads that department's cases; which roles read a whole facility is the facility's to say.
    """
    classes, own, reviewers = _READERS[resource]
    known = {facility.id: facility for facility in facilities}
    held = [role for role in person.roles if role.on(day) and role.facility in known]
    reading = {
        role.facility
        for role in held
        if not role.department and any(role.role in known[role.facility].access.get(name, ()) for name in classes)
    }
    departments = {(role.facility, role.department) for role in held if role.department}
    return Scope(
        person=person.id,
        own=own,
        facilities=frozenset(reading),
        departments=frozenset(departments if reviewers else ()),
        bodies=frozenset(bodies if reviewers else ()),
    )
