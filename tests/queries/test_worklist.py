from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest
from lines import line, put

from privileging.queries import worklist as module
from privileging.queries.worklist import Counts, counts, worklist
from privileging.store.driver import Store, Unit

OWNERS = tuple(f"owner-{number}" for number in range(6))


@pytest.fixture
def office(store: Store) -> list[tuple[str, str, str]]:
    """Open and ended cases of six owners and of strangers; what is open and whose it is, soonest due first."""
    random = Random(7)
    owners = [*OWNERS, "stranger", "zz-stranger", "", None]
    dues = ["9999", *(f"2026-03-{day:02}" for day in range(1, 8))]  # few, so that many cases share one
    rows = [line(number, random.choice(owners), random.choice(dues)) for number in range(400)]
    random.shuffle(rows)
    put(store, rows)
    return sorted((row["due"], row["id"], row["owner"]) for row in rows if row["owner"] is not None)


def paged(unit: Unit, owners: Sequence[str], limit: int) -> list[tuple[str, str, str]]:
    lines, after = [], None
    for _ in range(1_000):
        page = worklist(unit, owners, after=after, limit=limit)
        lines += page.lines
        after = page.after
        assert len(page.lines) == limit or after is None
        if after is None:
            return [(found.due, found.id, found.owner) for found in lines]
    raise AssertionError("the pages never end")


@pytest.mark.parametrize("limit", [1, 2, 7, 25, 1_000])
def test_the_pages_are_the_whole_list_in_order_and_no_line_comes_twice(
    store: Store, office: list[tuple[str, str, str]], limit: int
) -> None:
    with store.reading() as unit:
        for size in (1, 2, 3, 6):
            whole = [entry for entry in office if entry[2] in OWNERS[:size]]
            assert paged(unit, OWNERS[:size], limit) == whole
            assert paged(unit, OWNERS[:size][::-1], limit) == whole


def test_the_last_page_may_be_full(store: Store) -> None:
    put(store, [line(number, "a", "2026-03-01") for number in range(4)])
    with store.reading() as unit:
        page = worklist(unit, ["a"], limit=4)
        assert (len(page.lines), page.after) == (4, None)


def test_who_owns_nothing_sees_nothing_and_everything_counts_as_others(
    store: Store, office: list[tuple[str, str, str]]
) -> None:
    with store.reading() as unit:
        assert paged(unit, ["nobody"], 25) == []
        assert counts(unit, ["nobody"], now="2026-03-04", soon="2026-03-06") == Counts(0, 0, 0, len(office))


def test_the_counts_are_those_of_the_list(store: Store, office: list[tuple[str, str, str]]) -> None:
    now, soon = "2026-03-04", "2026-03-06"
    with store.reading() as unit:
        for size in (1, 2, 6):
            dues = [due for due, _, owner in office if owner in OWNERS[:size]]
            found = counts(unit, OWNERS[:size], now=now, soon=soon)
            assert (found.mine, found.others) == (len(dues), len(office) - len(dues))
            assert found.overdue == sum(due < now for due in dues)
            assert found.due_soon == sum(now <= due < soon for due in dues)


@pytest.mark.parametrize(("most", "shown"), [(1, 1), (3, 3), (4, 4), (5, 4)])
def test_others_are_counted_up_to_a_limit(store: Store, monkeypatch: pytest.MonkeyPatch, most: int, shown: int) -> None:
    monkeypatch.setattr(module, "MOST_OTHERS", most)
    put(store, [line(number, "a" if number < 3 else "b", "2026-03-01") for number in range(7)])
    put(store, [line(7, None, "2026-03-01")])
    with store.reading() as unit:
        assert counts(unit, ["a"], now="2026-03-04", soon="2026-03-06") == Counts(3, 3, 0, shown)
