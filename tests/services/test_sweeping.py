"""The clock fires every due lapse once, whoever runs it and however often."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from office import NOW, act, case_in, invited, load, rows

from privileging.errors import Refused
from privileging.queries.history import history as history_of
from privileging.services import verbs
from privileging.store import history, tables
from privileging.store.driver import Store

DUE = "2026-06-01T04:59:59.999999Z"  # the end of the ninetieth day after NOW, in Chicago
LATE = "2026-06-02T15:00:00.000000Z"


def test_nothing_lapses_before_its_day_is_over(office: Store) -> None:
    invited(office)
    assert verbs.sweep(office, now=DUE) == ()
    assert verbs.sweep(office, now=NOW) == ()


def test_what_is_due_lapses_at_the_instant_it_was_due(office: Store) -> None:
    case = invited(office)
    (lapsed,) = verbs.sweep(office, now=LATE)
    assert (lapsed.case.id, lapsed.case.outcome, lapsed.case.ended_at) == (case, "deemed_withdrawn", DUE)
    with office.reading() as unit:
        entry = history_of(unit, case)[-1]
    assert (entry.actor, entry.effective_at, entry.recorded_at) == ("clock", DUE, LATE)


def test_a_second_sweep_finds_nothing(office: Store) -> None:
    invited(office)
    verbs.sweep(office, now=LATE)
    before = rows(office)
    assert verbs.sweep(office, now=LATE) == ()
    assert rows(office) == before


def test_many_lapses_fire_though_two_sweep_at_once(office: Store) -> None:
    cases = [invited(office, who) for who in ("adeyemi", "brandt", "cho")]
    with ThreadPoolExecutor(2) as threads:
        swept = list(threads.map(lambda _: verbs.sweep(office, now=LATE), range(2)))
    assert sorted(done.case.id for part in swept for done in part) == cases
    assert [load(office, case).outcome for case in cases] == ["deemed_withdrawn"] * 3
    with office.reading() as unit:
        history.verify(unit)


def test_a_command_meets_the_lapsed_case_and_stores_nothing(office: Store) -> None:
    case = invited(office)
    with pytest.raises(Refused, match="ended"):
        verbs.attest(office, act("adeyemi", now=LATE), case, "Complete")
    assert load(office, case).outcome == ""


def test_a_deadline_without_consequence_is_guidance(office: Store) -> None:
    case = case_in(office, "intake")
    assert verbs.sweep(office, now=LATE) == ()
    verbs.verify(office, act("ortiz", now=LATE), case, "fee", method="receipt", verified_on="2026-03-02")
    done = verbs.do(office, act("ortiz", now=LATE), case, "accept")
    assert done.case.state == "verification"
    (moved,) = [
        row for row in rows(office, [tables.event_body])["event_body"] if row[0] == case and row[1] == done.last
    ]
    assert '"late":["review"]' in moved[3]


@pytest.mark.parametrize("swept", [False, True])
def test_a_late_entry_comes_too_late_once_the_clock_has_run_out(office: Store, swept: bool) -> None:
    case = invited(office)
    if swept:
        verbs.sweep(office, now=LATE)
    on_time = act("adeyemi", now=LATE, at="2026-05-30T15:00:00.000000Z")
    with pytest.raises(Refused, match="moved on since: it came to deemed withdrawn on 2026-05-31"):
        verbs.do(office, on_time, case, "withdraw", reason="The letter came by post")
