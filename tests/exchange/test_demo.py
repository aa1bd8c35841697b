"""The demo stands in every state, and what stands there was done by the services and by nothing else."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Table, select

from privileging.definition.load import load_sources, shipped
from privileging.engine.evolve import CASE_EVENTS
from privileging.exchange.demo import PASSWORD, Demo, build_demo, demo_office
from privileging.exchange.demo_people import APPLICANTS, OFFICIALS, PHYSICIANS, PLANS
from privileging.identifiers import npi_fault
from privileging.queries.people import practitioners
from privileging.services import people
from privileging.services.office import apply_office, plan_office
from privileging.services.rebuild import rebuild
from privileging.store import history, streams, tables
from privileging.store.driver import Store, open_store
from privileging.store.streams import Recorded

NOW = "2026-11-24T16:00:00.000000Z"
NO_FILE_USES = {"notified"}


@dataclass(frozen=True)
class Built:
    """A database of its own with the demo in it."""

    store: Store
    demo: Demo

    def rows(self, table: Table) -> list[dict[str, Any]]:
        with self.store.reader.connect() as connection:
            return [dict(row) for row in connection.execute(select(table)).mappings()]

    def events(self) -> list[Recorded]:
        with self.store.reading() as unit:
            return list(streams.read_all(unit))

    def states(self) -> dict[str, tuple[str, str]]:
        return {row["id"]: (row["workflow"], row["state"]) for row in self.rows(tables.case_file)}


class Builder:
    """Builds demos as they would stand at an instant, with cheap password hashes."""

    def __init__(self, template: Path, folder: Path) -> None:
        self.template, self.folder, self.numbers = template, folder, count()
        self.opened: list[Store] = []

    def __call__(self, now: str) -> Built:
        path = self.folder / f"demo-{next(self.numbers)}.db"
        shutil.copyfile(self.template, path)
        store = open_store(str(path))
        self.opened.append(store)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(people, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
            return Built(store, build_demo(store, now=now))


@pytest.fixture(scope="module")
def build(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Builder]:
    builder = Builder(sqlite_template, tmp_path_factory.mktemp("demo"))
    yield builder
    for store in builder.opened:
        store.close()


@pytest.fixture(scope="module")
def built(build: Builder) -> Built:
    return build(NOW)


def every_state() -> set[tuple[str, str]]:
    return {(workflow.name, state) for workflow in load_sources(shipped()).values() for state in workflow.states}


def test_a_case_rests_in_every_state_of_every_shipped_workflow(built: Built) -> None:
    assert set(built.states().values()) == every_state()
    assert built.demo.states == every_state()
    assert built.demo.cases == len(built.states())


def test_twenty_practitioners_are_entered_beside_those_of_the_office(built: Built) -> None:
    with built.store.reading() as unit:
        known = practitioners(unit)
    assert len(APPLICANTS) == 20
    assert {entry.name for entry in known} == {physician.name for physician in PHYSICIANS.values()}
    assert len(known) == built.demo.practitioners == 24
    assert all(npi_fault(entry.npi) is None and entry.npi.startswith("2") for entry in known)


def test_the_office_has_three_committees_and_a_panel() -> None:
    office = demo_office()
    meets = {body.name for body in office.bodies if body.meets}
    assert meets == {"credentials_committee", "executive_committee", "governing_board"}
    assert all(sum(seat.chair for seat in body.seats) == 1 for body in office.bodies)


def test_the_history_verifies(built: Built) -> None:
    with built.store.reading() as unit:
        assert history.verify(unit).events == len(built.events())


def test_everything_derived_is_rebuilt_equal(built: Built) -> None:
    def derived() -> dict[str, list[list[tuple[str, Any]]]]:
        return {table.name: sorted([*row.items()] for row in built.rows(table)) for table in tables.DERIVED}

    before = derived()
    assert all(before.values())
    rebuild(built.store)
    after = derived()
    for name, rows in before.items():
        assert after[name] == rows, name


def test_every_kind_of_case_event_occurs(built: Built) -> None:
    kinds = {event.kind for event in built.events() if event.stream.startswith("case/")}
    assert kinds == set(CASE_EVENTS) - NO_FILE_USES


def test_no_event_holds_the_password(built: Built) -> None:
    assert len(PASSWORD) >= people.LEAST_PASSWORD
    assert not [row for row in built.rows(tables.event_body) if PASSWORD in row["body"]]


def test_every_account_told_of_opens_with_the_password(built: Built) -> None:
    names = {account.name for account in built.demo.accounts}
    assert names == {row["name"] for row in built.rows(tables.account)} == {*OFFICIALS, *PHYSICIANS}
    with built.store.reading() as unit:
        assert people.password_is(unit, "ortiz", built.demo.password)


def test_the_same_office_file_again_changes_nothing(built: Built) -> None:
    assert plan_office(built.store, demo_office(), now=NOW) == ()
    assert apply_office(built.store, demo_office(), now=NOW) == ()


def test_nothing_is_entered_after_now_and_a_stream_never_goes_back(built: Built) -> None:
    last: dict[str, str] = {}
    for event in built.events():
        assert last.get(event.stream, "") <= event.recorded_at <= NOW
        last[event.stream] = event.recorded_at


def test_some_deadlines_have_passed_some_are_near_and_some_are_not(built: Built) -> None:
    dues = [row["due"] for row in built.rows(tables.case_file) if row["owner"] and row["due"] != tables.NEVER]
    assert any(due < NOW for due in dues)
    assert any(NOW <= due < "2026-12-02" for due in dues)
    assert any(due >= "2026-12-24" for due in dues)


def test_a_vote_is_open_with_one_member_recused(built: Built) -> None:
    waiting = [row for row in built.rows(tables.motion) if row["result"] is None]
    (motion,) = waiting
    votes = [row["choice"] for row in built.rows(tables.vote) if row["case_id"] == motion["case_id"]]
    assert sorted(votes) == ["against", "for"]
    assert [event.stream for event in built.events() if event.kind == "recused"] == [motion["case_id"]]


def test_a_motion_carried_without_effect_and_another_deferred(built: Built) -> None:
    motions, states = built.rows(tables.motion), built.states()
    (stale,) = [row["case_id"] for row in motions if row["result"] == "carried_not_executed"]
    assert states[stale] == ("initial_appointment", "board_review")
    (deferred,) = [row["case_id"] for row in motions if row["action"] == "defer"]
    assert states[deferred] == ("initial_appointment", "executive_review")


def test_one_verification_is_struck_and_one_tells_of_a_concern(built: Built) -> None:
    checks = built.rows(tables.verification)
    assert [row["name"] for row in checks if row["struck"]] == ["board_status"]
    assert [row["name"] for row in checks if row["outcome"] == "verified_with_concern"] == ["malpractice"]


def test_one_act_was_entered_late_with_its_reason(built: Built) -> None:
    acts = (event for event in built.events() if event.stream.startswith("case/") and event.account)
    (late,) = [event for event in acts if event.effective_at < event.recorded_at]
    assert late.kind == "moved"
    assert late.body["reason"]


def test_the_chief_of_staff_reports_on_a_chair(built: Built) -> None:
    moved = [event for event in built.events() if event.kind == "moved" and event.role == "department_chair"]
    assert {event.account for event in moved} == {"whitfield", "nakamura", "odhiambo", "marchetti"}


def told(event: Recorded) -> tuple[object, ...]:
    return event.stream, event.seq, event.kind, event.recorded_at, event.effective_at, event.actor, event.body


def test_the_same_instant_gives_the_same_demo(build: Builder, built: Built) -> None:
    assert [told(event) for event in build(NOW).events()] == [told(event) for event in built.events()]


def test_every_plan_comes_to_rest_as_it_says_on_another_day(build: Builder) -> None:
    later = build("2028-02-27T03:30:00.000000Z")  # a Sunday, before dawn
    by_number = [state for case, (_, state) in sorted(later.states().items()) if "." not in case]
    assert sorted(by_number) == sorted(plan.rests for plan in PLANS)
    assert set(later.states().values()) == every_state()
