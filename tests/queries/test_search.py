"""What an auditor finds across cases, on both databases: within the scope only, and no vote before it is closed."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher
from office import ADEYEMI, MAIN, act, case_in, invited, moved, set_up
from sqlalchemy import insert

from privileging.engine.policy import Scope
from privileging.queries import library
from privileging.queries.path import path_of
from privileging.queries.search import first_unclosed, reads, search
from privileging.queries.trail import trail
from privileging.services import people, verbs
from privileging.store import tables
from privileging.store.driver import Store

AUDITOR = Scope("person/auditor", facilities=frozenset({MAIN}))


@pytest.fixture
def case(store: Store, monkeypatch: pytest.MonkeyPatch) -> str:
    """A case before the committee, with a vote on a motion that is open."""
    monkeypatch.setattr(people, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    set_up(store)
    found = case_in(store, "committee_review")
    for member in ("ruiz", "bauer"):
        verbs.declare(store, act(member), found, "credentials_committee", "I have no conflict")
    verbs.vote(store, act("bauer"), found, moved(store, found, "ruiz", "recommend"), "for")
    return found


def found(store: Store, scope: Scope = AUDITOR, **filters: str) -> list[str]:
    with store.reading() as unit:
        workflows = library.all_live(unit, "2026-03-02")
        return [hit.says for hit in search(unit, scope, workflows, filters=filters, limit=100).hits]


@pytest.mark.parametrize(
    ("filters", "says"),
    [
        ({"kind": "motion_made"}, ["motion made: Recommend"]),
        ({"action": "accept"}, ["moved: Accept as complete"]),
        ({"action": "acc_pt"}, []),
        ({"actor": "ruiz"}, ["motion made: Recommend", "no conflict declared"]),
        ({"actor": "wei ch", "workflow": "initial_appointment"}, ["moved: Report in favour"]),
        ({"actor": "nobody"}, []),
        ({"practitioner": "7893", "action": "submit"}, ["moved: Submit the application"]),
        ({"practitioner": "0004"}, []),
        ({"kind": "vote_cast"}, []),
    ],
    ids=str,
)
def test_a_search_finds_what_fits(store: Store, case: str, filters: dict[str, str], says: list[str]) -> None:
    assert found(store, **filters) == says


def test_a_search_finds_nothing_out_of_scope(store: Store, case: str) -> None:
    assert found(store)
    assert found(store, Scope("person/auditor", facilities=frozenset({"facility/north"}))) == []
    assert found(store, Scope(ADEYEMI, facilities=frozenset({MAIN}))) == []


def test_pages_go_on_by_key(store: Store, case: str) -> None:
    with store.reading() as unit:
        first = search(unit, AUDITOR, {}, filters={}, limit=3)
        second = search(unit, AUDITOR, {}, filters={}, after=first.after, limit=3)
        assert [hit.seq for hit in (*first.hits, *second.hits)] == sorted(
            {hit.seq for hit in (*first.hits, *second.hits)}, reverse=True
        )
        assert search(unit, AUDITOR, {}, filters={}, since="2026-03-03").hits == ()
        assert search(unit, AUDITOR, {}, filters={}, before="2026-03-02").hits == ()


def test_a_search_for_a_name_goes_on_where_it_looked_last(
    store: Store, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("privileging.queries.search.MOST_CASES", 1)
    other = invited(store, "brandt")
    filters = {"practitioner": "practitioner", "kind": "attested"}
    with store.reading() as unit:
        first = search(unit, AUDITOR, {}, filters=filters)
        assert (first.hits, first.after) == ((), (other, 0))
        monkeypatch.setattr("privileging.queries.search.MOST_CASES", 2)
        assert [hit.case for hit in search(unit, AUDITOR, {}, filters=filters, after=first.after).hits] == [case]


def test_a_vote_is_found_and_told_once_the_motion_is_closed(store: Store, case: str) -> None:
    with store.reading() as unit:
        before = trail(unit, case, "person/ruiz", None)
        assert first_unclosed(unit, case) == before.lines[0].seq
        assert (before.lines[0].withheld, before.lines[0].who) == (True, "A member")
        assert not trail(unit, case, "person/bauer", None).withheld  # one's own
    verbs.vote(store, act("ruiz"), case, 1, "for")
    verbs.close(store, act("ruiz"), case, 1)
    with store.reading() as unit:
        after = trail(unit, case, "person/ortiz", None)
        assert first_unclosed(unit, case) is None
        assert not after.withheld
        assert len(trail(unit, case, "person/chen", frozenset()).withheld) == 2
    assert found(store, kind="vote_cast") == ["vote cast", "vote cast"]


def test_the_way_of_a_case_is_told_to_its_applicant_in_public_words(store: Store, case: str) -> None:
    with store.reading() as unit:
        inside, public = path_of(unit, case, in_public=False), path_of(unit, case, in_public=True)
    assert [visit.state for visit in inside.visits][-2:] == ["department_review", "committee_review"]
    assert [visit.title for visit in public.visits] == ["With you", "Received", "Being verified", "Under review"]
    assert all(not visit.by for visit in public.visits)
    assert {"submit", "draft.submit"} & set(inside.walk.visited) == {"draft.submit"}


def test_the_log_of_readers_is_read_within_the_scope_and_by_key(store: Store, case: str) -> None:
    row = {"case_id": case, "account": "ortiz", "resource": "file", "person": "person/ortiz"}
    with store.writer.begin() as connection:
        for minute in ("2026-03-02T15:00", "2026-03-02T15:01", "2026-03-02T15:02"):
            connection.execute(insert(tables.access_log).values(**row, minute=minute))
    with store.reading() as unit:
        first = reads(unit, AUDITOR, limit=2)
        rest = reads(unit, AUDITOR, after=first.after, limit=2)
        assert [entry.minute[-2:] for entry in (*first.reads, *rest.reads)] == ["02", "01", "00"]
        assert rest.after is None
        assert reads(unit, Scope("person/auditor")).reads == ()
