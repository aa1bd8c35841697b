"""Who may read what of a case: a table, and what it never allows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import HOSPITAL, MAIN, person

from privileging.engine.policy import RESOURCES, CaseFacts, scope
from privileging.engine.values import Person

OPEN = replace(MAIN, access={"staff": ("coordinator",), "audit": ("auditor",), "administer": ("administrator",)})
BOARD = "body/main/governing_board"
CASE = CaseFacts("person/adeyemi", HOSPITAL, "surgery", frozenset({BOARD}), frozenset({"person/gita"}))
DAY = "2026-03-02"


def reads(who: Person, case: CaseFacts = CASE, bodies: tuple[str, ...] = ()) -> list[str]:
    """What of the case the person may read."""
    return [name for name in RESOURCES if scope(who, name, DAY, facilities=[OPEN], bodies=bodies).covers(case)]


@pytest.mark.parametrize(
    ("who", "resources"),
    [
        (person("ortiz", "coordinator"), ["status", "file", "confidential", "history"]),
        (person("quinn", "auditor"), ["status", "file", "confidential", "history"]),
        (person("root", "administrator"), ["status"]),
        (person("chen", "department_chair@surgery"), ["status", "file", "confidential", "history"]),
        (person("ruiz", "department_chair@medicine"), []),
        (person("stone", "chief_of_staff"), []),
        (person("nobody"), []),
        (person("adeyemi"), ["status", "file"]),
        (person("adeyemi", "coordinator", "department_chair@surgery"), ["status", "file"]),
        (person("gita", "coordinator"), []),
        (person("ortiz", "coordinator", before=DAY), []),
        (person("ortiz", "coordinator", at="facility/north"), []),
        (person("ortiz", "coordinator@surgery"), ["status", "file", "confidential", "history"]),
        (person("ortiz", "coordinator@medicine"), []),
    ],
    ids=lambda value: f"{value.id}:{','.join(r.role for r in value.roles)}" if isinstance(value, Person) else "",
)
def test_each_reads_what_their_role_is_for(who: Person, resources: list[str]) -> None:
    assert reads(who) == resources


def test_a_member_reads_what_came_before_their_body_unless_recused() -> None:
    assert reads(person("hal"), bodies=(BOARD,)) == list(RESOURCES)
    assert reads(person("hal"), bodies=("body/main/hearing_panel",)) == []
    assert reads(person("gita"), bodies=(BOARD,)) == []
    assert reads(person("adeyemi"), bodies=(BOARD,)) == ["status", "file"]


def test_where_a_facility_says_nothing_nobody_reads_the_whole_of_it() -> None:
    assert not scope(person("ortiz", "coordinator"), "status", DAY, facilities=[MAIN]).covers(CASE)
    assert not scope(person("ortiz", "coordinator"), "status", DAY).covers(CASE)
