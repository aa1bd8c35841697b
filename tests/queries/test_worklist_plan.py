"""The worklist costs what the open cases cost: on SQLite every statement of it stays inside the partial index."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from lines import line, put
from sqlalchemy import event

from privileging.queries.worklist import counts, worklist
from privileging.store.driver import open_store

OWNERS = ("person/ortiz", "facility/main|coordinator", "body/main/governing_board")
ENDED = [line(number, None, f"2020-01-{number % 28 + 1:02}") for number in range(900)]
OPEN = [line(900 + number, OWNERS[number % 3], f"2026-03-{number % 28 + 1:02}") for number in range(60)]


@pytest.fixture
def plans(sqlite_url: str) -> Iterator[list[str]]:
    """What SQLite does for the first page with its counts, step by step."""
    store, said = open_store(sqlite_url), []

    def listen(connection: Any, _record: object) -> None:
        connection.set_trace_callback(said.append)

    with closing(store):
        put(store, [*ENDED, *OPEN])
        event.listen(store.reader, "connect", listen)
        store.reader.dispose()
        with store.reading() as unit:
            assert len(worklist(unit, OWNERS).lines) == 25
            assert counts(unit, OWNERS, now="2026-03-10", soon="2026-03-20").mine == 60
        selects = [text for text in said if text.startswith("SELECT")]
        with store.reader.connect() as connection:
            rows = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}").all() for text in selects]
        yield [row[3] for part in rows for row in part]


def test_only_the_partial_index_is_searched_and_lines_are_read_by_key(plans: list[str]) -> None:
    touched = {step for step in plans if "case_file" in step}
    index = "SEARCH case_file USING COVERING INDEX ix_case_file_open"
    assert {step.split(" (")[0] for step in touched} == {index, "SEARCH case_file USING PRIMARY KEY"}


def test_nothing_but_the_keys_of_one_page_is_ever_scanned(plans: list[str]) -> None:
    scanned = {step for step in plans if step.startswith("SCAN")}
    assert all(step == "SCAN CONSTANT ROW" or "anon" in step for step in scanned), scanned


def test_each_owners_part_is_cut_off_before_anything_is_sorted(plans: list[str]) -> None:
    parts = [step for step in plans if "(due,id)>(?,?)" in step]
    assert len(parts) == len(OWNERS)
    before = plans[: plans.index(parts[0])]
    assert not [step for step in before if "ORDER BY" in step]
