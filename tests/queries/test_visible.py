"""One policy: what a scope covers, one case at a time and as a WHERE clause, is the same."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from privileging.engine.policy import RESOURCES, CaseFacts, Scope, scope
from privileging.engine.values import Facility, Person, RoleHeld
from privileging.queries.visible import facts_of, within
from privileging.store import tables
from privileging.store.driver import Store

DAY = "2026-11-24"
MAIN = Facility("facility/main", access={"staff": ("coordinator",), "audit": ("auditor",), "administer": ("admin",)})
BOARD, RECUSED = frozenset({"body/main/board"}), frozenset({"person/recused"})
CASE = CaseFacts("person/silva", "facility/main", "surgery", BOARD, RECUSED)


def reader(*roles: str, name: str = "person/reader", department: str = "") -> Person:
    held = tuple(RoleHeld(role, "facility/main", "2026-01-01", department) for role in roles)
    return Person(name, roles=held)


def reads(person: Person, *bodies: str) -> dict[str, bool]:
    scopes = {name: scope(person, name, DAY, facilities=[MAIN], bodies=bodies) for name in RESOURCES}
    return {name: found.covers(CASE) for name, found in scopes.items()}


@pytest.mark.parametrize(
    ("person", "bodies", "expected"),
    [
        (reader(), (), ""),
        (reader("coordinator"), (), "status file confidential history"),
        (reader("auditor"), (), "status file confidential history"),
        (reader("admin"), (), "status"),
        (reader("department_chair", department="surgery"), (), "status file confidential history"),
        (reader("department_chair", department="medicine"), (), ""),
        (reader(), ("body/main/board",), "status file confidential history"),
        (reader(), ("body/main/committee",), ""),
        (reader(name="person/recused"), ("body/main/board",), ""),
        (reader("coordinator", name="person/silva"), ("body/main/board",), "status file"),
    ],
    ids=[
        "stranger",
        "staff",
        "auditor",
        "administrator",
        "own_chair",
        "other_chair",
        "member",
        "other_member",
        "recused",
        "self",
    ],
)
def test_each_reader_reads_what_the_matrix_says(person: Person, bodies: tuple[str, ...], expected: str) -> None:
    assert " ".join(name for name, may in reads(person, *bodies).items() if may) == expected


def test_a_role_that_has_ended_reads_nothing() -> None:
    former = Person("person/former", roles=(RoleHeld("coordinator", "facility/main", "2025-01-01", before=DAY),))
    assert not any(reads(former).values())


names = st.sampled_from(["a", "b", "c"])
scopes = st.builds(
    Scope,
    person=names,
    own=st.booleans(),
    facilities=st.frozensets(names, max_size=2),
    departments=st.frozensets(st.tuples(names, names), max_size=2),
    bodies=st.frozensets(names, max_size=2),
)
facts = st.builds(
    CaseFacts,
    practitioner=names,
    facility=names,
    department=names,
    bodies=st.frozensets(names, max_size=2),
    recused=st.frozensets(names, max_size=2),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(facts, max_size=6), st.lists(scopes, min_size=1, max_size=4))
def test_a_list_holds_what_the_scope_covers_and_nothing_else(
    store: Store, cases: list[CaseFacts], readers: list[Scope]
) -> None:
    with store.writer.connect() as connection:
        for number, case in enumerate(cases):
            fill(connection, f"case/{number}", case)
        for reader in readers:
            listed = set(connection.scalars(select(tables.case_file.c.id).where(within(reader))))
            assert listed == {f"case/{number}" for number, case in enumerate(cases) if reader.covers(case)}
        connection.rollback()


def fill(connection: object, name: str, case: CaseFacts) -> None:
    columns = {str(column.name): "" for column in tables.case_file.columns}
    row = {"id": name, "practitioner": case.practitioner, "facility": case.facility, "department": case.department}
    run = connection.execute  # type: ignore[attr-defined]
    run(insert(tables.case_file).values({**columns, **row}))
    for body in case.bodies:
        run(insert(tables.case_body).values(case_id=name, body=body))
    for person in case.recused:
        run(insert(tables.recusal).values(case_id=name, person=person, body="x", since=DAY))


def test_the_facts_of_a_case_are_read_back_as_they_were_written(store: Store) -> None:
    with store.writer.begin() as connection:
        fill(connection, "case/1", CASE)
    with store.reading() as unit:
        assert facts_of(unit, "case/1") == CASE
        assert facts_of(unit, "case/2") is None
