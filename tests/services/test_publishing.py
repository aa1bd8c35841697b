"""A published version never changes, a case keeps the one it opened under, and what belongs together is proved."""

from __future__ import annotations

import pytest
from office import NOW, WHY, act, case_in, counted, decided, invited, load, rows

from privileging.definition.load import shipped
from privileging.errors import DefinitionError, InvalidInput, KeyReused
from privileging.queries import library
from privileging.queries.cases import show
from privileging.services import verbs
from privileging.services.workflows import publish
from privileging.store import tables
from privileging.store.driver import Store

APPOINTMENT, HEARING = "initial_appointment", "fair_hearing"
ENDING = b"""
  settled:
    title: Settled
    shown_as: Closed
    final: withdrawn
"""


def changed(name: str, version: int, *changes: tuple[str, str]) -> dict[str, bytes]:
    """A shipped definition with another version number, and some of its text replaced."""
    text = shipped()[name].decode().replace("\nversion: 1\n", f"\nversion: {version}\n")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return {name: text.encode()}


TITLED = ("title: Initial appointment and clinical privileges", "title: Appointment, second edition")
SETTLED = (
    ("  waive_in_words:", "  settle: {by: practitioner, to: settled, title: Settle}\n  waive_in_words:"),
    ("also: [close, waive]", "also: [close, waive, settle]"),
    ("  closed:\n", ENDING.decode().lstrip("\n") + "  closed:\n"),
)
ANSWERED = (
    "      waived:   {by: fair_hearing, to: board_last_word, title: Hearing waived}\n",
    "      waived:   {by: fair_hearing, to: board_last_word, title: Hearing waived}\n"
    "      withdrawn: {by: fair_hearing, to: executive_review, title: Settled}\n",
)


def put(store: Store, *sources: dict[str, bytes], live_from: str = "2026-03-02", key: str = "") -> tuple[str, ...]:
    every = {name: source for part in sources for name, source in part.items()}
    return publish(store, every, live_from=live_from, key=key, now=NOW)


def test_publishing_the_same_again_is_nothing(office: Store) -> None:
    before = rows(office)
    assert put(office, shipped()) == ()
    assert put(office, {name: b"# read by counsel\n" + source for name, source in shipped().items()}) == ()
    assert rows(office) == before


def test_a_published_version_does_not_change(office: Store) -> None:
    before = counted(office)
    with pytest.raises(InvalidInput, match="another content"):
        put(office, changed(APPOINTMENT, 1, TITLED))
    assert counted(office) == before


def test_an_older_version_is_refused(office: Store) -> None:
    put(office, changed(APPOINTMENT, 3, TITLED))
    with pytest.raises(InvalidInput, match="older"):
        put(office, changed(APPOINTMENT, 2, TITLED))


def test_a_key_names_one_publication(office: Store) -> None:
    assert put(office, changed(APPOINTMENT, 2, TITLED), key="k") == (APPOINTMENT,)
    before = counted(office)
    put(office, changed(APPOINTMENT, 2, TITLED), key="k")
    assert counted(office) == before
    with pytest.raises(KeyReused):
        put(office, changed(APPOINTMENT, 3, TITLED), key="k")


def test_a_case_keeps_the_version_it_opened_under(office: Store) -> None:
    old = case_in(office, "intake")
    put(office, changed(APPOINTMENT, 2, TITLED))
    new = invited(office, "brandt")
    assert load(office, old).digest != load(office, new).digest
    with office.reading() as unit:
        assert [show(unit, case, now=NOW).workflow_version for case in (old, new)] == [1, 2]
    verbs.verify(office, act("ortiz"), old, "fee", method="receipt", verified_on="2026-03-02")
    verbs.do(office, act("ortiz"), old, "accept")


def test_a_version_is_not_used_before_it_is_live(office: Store) -> None:
    put(office, changed(APPOINTMENT, 2, TITLED), live_from="2026-04-01")
    before = invited(office)
    after = invited(office, "brandt", now="2026-04-01T15:00:00.000000Z")
    with office.reading() as unit:
        assert [show(unit, case, now=NOW).workflow_version for case in (before, after)] == [1, 2]


@pytest.mark.parametrize("day", ["", "tomorrow", "2026-02-30", "2026-3-2"])
def test_a_version_is_live_from_a_day_that_exists(office: Store, day: str) -> None:
    with pytest.raises(InvalidInput, match="live_from"):
        put(office, changed(APPOINTMENT, 2, TITLED), live_from=day)


def test_an_ending_that_the_opener_does_not_answer_is_refused(office: Store) -> None:
    before = counted(office)
    with pytest.raises(DefinitionError, match="no action answers the ending 'withdrawn' of fair_hearing"):
        put(office, changed(HEARING, 2, *SETTLED))
    assert counted(office) == before


def test_an_ending_is_published_with_those_who_answer_it(office: Store) -> None:
    both = [changed(name, 2, ANSWERED) for name in (APPOINTMENT, "reappointment")]
    assert set(put(office, changed(HEARING, 2, *SETTLED), *both)) == {HEARING, APPOINTMENT, "reappointment"}


def test_an_older_case_goes_on_though_what_it_opens_has_changed(office: Store) -> None:
    case = case_in(office, "intake")
    both = [changed(name, 2, ANSWERED) for name in (APPOINTMENT, "reappointment")]
    put(office, changed(HEARING, 2, *SETTLED), *both)
    library._loaded.clear()  # as after a restart
    verbs.verify(office, act("ortiz"), case, "fee", method="receipt", verified_on="2026-03-02")
    assert verbs.do(office, act("ortiz"), case, "accept").case.state == "verification"


def test_an_older_case_opens_what_it_was_proved_with(office: Store) -> None:
    case = case_in(office, "executive_review")
    both = [changed(name, 2, ANSWERED) for name in (APPOINTMENT, "reappointment")]
    put(office, changed(HEARING, 2, *SETTLED), *both)
    decided(office, case, "executive_committee", "recommend_against", facts=WHY)
    with office.reading() as unit:
        assert show(unit, f"{case}.1", now=NOW).workflow_version == 1


def test_nothing_is_published_by_halves(office: Store) -> None:
    before = counted(office)
    with pytest.raises(DefinitionError):
        put(office, changed(APPOINTMENT, 2, TITLED), {"broken": b"workflow: broken\n"})
    assert counted(office) == before


def test_the_source_is_kept_as_it_was_written(office: Store) -> None:
    kept = {row[1].encode() for row in rows(office, [tables.workflow_source])["workflow_source"]}
    assert kept == set(shipped().values())
