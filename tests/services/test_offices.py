"""Setting up an office, and people: how things should stand, said once, applied as often as one likes."""

from __future__ import annotations

import pytest
from office import ADEYEMI, NOW, OFFICE, PASSWORD, TODAY, counted, rows

from privileging.errors import Conflict, DefinitionError, InvalidInput, KeyReused, NotFound
from privileging.exchange.office_file import read_office
from privileging.queries.loading import acting, person_of
from privileging.queries.people import practitioners
from privileging.services import people
from privileging.services.office import Step, apply_office, plan_office
from privileging.store import tables
from privileging.store.driver import Store

LATER = "2026-04-01T15:00:00.000000Z"


def applied(store: Store, *changes: tuple[str, str], now: str = LATER, key: str = "") -> list[str]:
    """What applying the office file with some of its text replaced says it did."""
    return [step.says for step in apply_office(store, changed(*changes), key=key, now=now)]


def changed(*changes: tuple[str, str]):  # type: ignore[no-untyped-def]
    text = OFFICE.decode()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return read_office(text.encode(), "office.yaml")


def seats_of(store: Store, who: str) -> list[tuple[str, str, str | None]]:
    """Body, first day and last of every seat a person has had."""
    names = [column.name for column in tables.seat.columns]
    every = (dict(zip(names, row, strict=True)) for row in rows(store, [tables.seat])["seat"])
    return [(s["body"], s["since"], s["before"]) for s in every if s["person"] == f"person/{who}"]


def test_applying_the_file_twice_changes_nothing(office: Store) -> None:
    before = rows(office)
    assert applied(office) == []
    assert plan_office(office, changed(), now=LATER) == ()
    assert rows(office) == before


def test_a_plan_says_what_would_change_and_writes_nothing(office: Store) -> None:
    before = counted(office)
    wanted = changed(("title: Governing board", "title: Board of trustees"))
    (step,) = plan_office(office, wanted, now=LATER)
    assert isinstance(step, Step)
    assert step.says == "change body Board of trustees"
    assert counted(office) == before
    assert apply_office(office, wanted, now=LATER) == (step,)


def test_a_seat_the_file_no_longer_lists_ends_today(office: Store) -> None:
    assert applied(office, (", {person: costa}", "")) == ["end seat of Rui Costa"]
    assert seats_of(office, "costa") == [("body/main/credentials_committee", TODAY, "2026-04-01")]


def test_a_seat_listed_again_returns(office: Store) -> None:
    applied(office, (", {person: costa}", ""))
    assert applied(office, now="2026-05-01T15:00:00.000000Z") == ["seat Rui Costa on Credentials committee"]
    assert [seat[1:] for seat in seats_of(office, "costa")] == [(TODAY, "2026-04-01"), ("2026-05-01", None)]


def test_a_seat_taken_and_returned_on_one_day_is_one_seat(office: Store) -> None:
    applied(office, (", {person: costa}", ""), now=f"{TODAY}T16:00:00.000000Z")
    applied(office, now=f"{TODAY}T17:00:00.000000Z")
    assert [seat[1:] for seat in seats_of(office, "costa")] == [(TODAY, None)]
    assert applied(office) == []


def test_a_new_chair_is_a_new_seat(office: Store) -> None:
    told = applied(
        office, ("{person: ruiz, chair: true}, {person: bauer}", "{person: ruiz}, {person: bauer, chair: true}")
    )
    assert sorted(told) == [
        "end seat of Ana Ruiz",
        "end seat of Jo Bauer",
        "seat Ana Ruiz on Credentials committee",
        "seat Jo Bauer on Credentials committee, chair",
    ]


def test_a_role_the_file_no_longer_lists_ends(office: Store) -> None:
    assert applied(office, ("name: Min Park, roles: [{role: coordinator, at: main}]", "name: Min Park")) == [
        "end role coordinator at main for Min Park"
    ]
    with office.reading() as unit:
        held = person_of(unit, "person/park")
    assert not held.holds("coordinator", "facility/main", "2026-04-01")
    assert held.holds("coordinator", "facility/main", "2026-03-31")


def test_people_whom_the_file_does_not_name_are_left_alone(office: Store) -> None:
    assert applied(office, ("  park: {name: Min Park, roles: [{role: coordinator, at: main}]}\n", "")) == []


def test_an_office_file_with_a_key_is_applied_once(office: Store) -> None:
    change = (", {person: costa}", "")
    assert applied(office, change, key="k") != []
    assert applied(office, change, key="k", now="2026-06-01T15:00:00.000000Z") == []
    with pytest.raises(KeyReused):
        applied(office, (", {person: ito}", ""), key="k")


def test_everything_an_office_changes_stands_or_falls_together(office: Store) -> None:
    before = rows(office)
    broken = changed((", {person: costa}", ""))
    facility = broken.facilities[0]
    bad = type(broken)((type(facility)("other", "\x00", "UTC"),), (), broken.people)
    with pytest.raises(InvalidInput, match="NUL"):
        apply_office(office, bad, now=LATER)
    assert rows(office) == before


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (("zone: America/Chicago", "zone: America/Chikago"), "no time zone"),
        (("meets: second Wednesday", "meets: every full moon"), "meets"),
        (("{person: costa}", "{person: nobody}"), "no person 'nobody'"),
        (("{person: costa}", "{person: bauer}"), "two seats"),
        (("{general_surgery: surgery}", "{general_surgery: dentistry}"), "no department 'dentistry'"),
        (("{general_surgery: surgery}", "{no_such_form: surgery}"), "no form 'no_such_form'"),
        (("at: main, department: surgery", "at: main, department: dentistry"), "no department 'dentistry'"),
        (("  kim: {name: Ji-won Kim, roles: [{role: chief_of_staff, at: main}]}", "  kim: {}"), "name"),
        (('holidays: ["2026-05-25"]', 'holidays: ["2026-02-30"]'), "must be a day that exists"),
        (("  ruiz: {name: Ana Ruiz}", "  ruiz: {name: Ana Ruiz, colour: red}"), "colour"),
        (("  ruiz: {name: Ana Ruiz}", "  ruiz: {name: Ana Ruiz, npi: '1234567890'}"), "check digit"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_office_file_names_its_fault_and_line(change: tuple[str, str], text: str) -> None:
    with pytest.raises(DefinitionError, match=text) as caught:
        changed(change)
    assert all(problem.line or "form" in problem.text for problem in caught.value.problems)


def test_two_people_have_two_npis() -> None:
    npi = "npi: '1234567893'"
    with pytest.raises(DefinitionError, match="NPI of bauer"):
        changed(("name: Jo Bauer", f"name: Jo Bauer, {npi}"), ("name: Rui Costa", f"name: Rui Costa, {npi}"))


# People and accounts ------------------------------------------------------------------------------------------


def test_an_account_belongs_to_its_person(office: Store) -> None:
    with office.reading() as unit:
        assert acting(unit, "ortiz") == ("person/ortiz", "ortiz")
        assert person_of(unit, "person/ortiz").accounts == ("ortiz",)


def test_an_account_is_not_opened_twice(office: Store) -> None:
    before = counted(office)
    for person in ("person/ortiz", "person/park"):
        with pytest.raises(Conflict, match="exists already"):
            people.open_account(office, "ortiz", person, PASSWORD, now=NOW)
    assert counted(office) == before


def test_an_account_opened_with_a_key_is_opened_once(office: Store) -> None:
    people.open_account(office, "second", "person/ortiz", PASSWORD, key="k", now=NOW)
    assert people.open_account(office, "second", "person/ortiz", PASSWORD, key="k", now=NOW).replayed
    with pytest.raises(KeyReused):
        people.open_account(office, "third", "person/ortiz", PASSWORD, key="k", now=NOW)


@pytest.mark.parametrize("name", ["", "x", "Upper", "with space", "a/b", "ä", "x" * 65, "-dash", "line\n"])
def test_an_account_has_a_plain_name(office: Store, name: str) -> None:
    with pytest.raises(InvalidInput, match="account"):
        people.open_account(office, name, "person/ortiz", PASSWORD, now=NOW)


@pytest.mark.parametrize("password", ["", "short", "x" * 14, "x" * 1025, "my name is ORTIZ-2, too"])
def test_a_password_is_long_and_holds_no_name(office: Store, password: str) -> None:
    with pytest.raises(InvalidInput, match="password") as caught:
        people.open_account(office, "ortiz-2", "person/ortiz", password, now=NOW)
    assert not password or password not in str(caught.value)


def test_an_account_is_opened_for_a_person(office: Store) -> None:
    for stream in ("person/nobody", "facility/main", ""):
        with pytest.raises(NotFound):
            people.open_account(office, "new", stream, PASSWORD, now=NOW)


def test_no_password_and_no_hash_is_in_the_history(office: Store) -> None:
    held = rows(office)
    hashes = [row[1] for row in held.pop("password")]
    assert len(hashes) == 17
    for text in (PASSWORD, "argon2", *hashes):
        assert not any(text in str(row) for table in held.values() for row in table)


def test_the_right_password_and_no_other(office: Store) -> None:
    with office.reading() as unit:
        assert people.password_is(unit, "ortiz", PASSWORD)
        assert not people.password_is(unit, "ortiz", PASSWORD + "!")
        assert not people.password_is(unit, "nobody", PASSWORD)


def test_entering_the_same_again_changes_nothing(office: Store) -> None:
    entry = people.Entry("1234567893", "Folake Adeyemi", {"credential": "MD"})
    assert people.enter(office, [entry], now=NOW) == (ADEYEMI,)
    before = counted(office)
    assert people.enter(office, [entry], now=NOW) == ()
    assert counted(office) == before


def test_an_entry_is_found_by_name_and_by_number(office: Store) -> None:
    people.enter(office, [people.Entry("1234567893", "Folake O'Brien 100%", {"credential": "MD"})], now=NOW)
    with office.reading() as unit:
        for text in ("o'brien", "100%", "1234567893"):
            assert [found.person for found in practitioners(unit, text)] == [ADEYEMI]
        assert practitioners(unit, "1_0%") == ()


@pytest.mark.parametrize(
    ("npi", "name", "field"), [("1234567890", "A", "npi"), ("", "A", "npi"), ("1234567893", " ", "name")]
)
def test_an_entry_is_refused_by_its_field(office: Store, npi: str, name: str, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        people.enter(office, [people.Entry(npi, name, {})], now=NOW)
    assert set(caught.value.fields) == {field}


def test_one_person_is_entered_once_in_a_batch(office: Store) -> None:
    twice = [people.Entry("1234567893", name, {}) for name in ("One", "Other")]
    with pytest.raises(InvalidInput, match="twice"):
        people.enter(office, twice, now=NOW)
