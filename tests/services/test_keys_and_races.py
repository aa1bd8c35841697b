"""One command has one effect, however often it is sent; of two who saw the same page, one is told."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from threading import Barrier, Event
from typing import Any

import pytest
from office import (
    AT_SOURCE,
    MAIN,
    MEMBERS,
    NOW,
    OFFICE,
    PASSWORD,
    STAFF,
    TODAY,
    act,
    case_in,
    counted,
    enter,
    filled,
    grant,
    invited,
    load,
    moved,
    pdf,
    rows,
)

from privileging.definition.load import shipped
from privileging.errors import Conflict, InvalidInput, KeyReused, PrivilegingError, Refused
from privileging.exchange.office_file import read_office
from privileging.identifiers import npi_fault
from privileging.queries.loading import head_of
from privileging.services import people, plain, verbs
from privileging.services.door import Plan, carry_out
from privileging.services.office import apply_office
from privileging.services.workflows import publish
from privileging.store import history
from privileging.store.driver import Store, Unit

FEE: Any = {"method": "receipt", "verified_on": TODAY}


def at_once(commands: Iterable[Callable[[], object]]) -> list[object]:
    """What each command returned, or the error it raised; all begin together."""
    waiting = list(commands)
    start = Barrier(len(waiting))

    def run(command: Callable[[], object]) -> object:
        start.wait()
        try:
            return command()
        except PrivilegingError as error:
            return error

    with ThreadPoolExecutor(len(waiting)) as threads:
        return list(threads.map(run, waiting))


def kinds_of(results: Iterable[object], kind: type) -> int:
    return sum(type(result) is kind for result in results)


def whole(store: Store) -> None:
    with store.reading() as unit:
        history.verify(unit)


# Keys -------------------------------------------------------------------------------------------------------


def test_a_repeated_command_is_answered_from_the_history(office: Store) -> None:
    case = case_in(office, "intake")
    keyed = act("ortiz", key="fee-1")
    first = verbs.verify(office, keyed, case, "fee", proof=pdf("receipt"), **FEE)
    before = counted(office)
    again = verbs.verify(office, keyed, case, "fee", proof=pdf("receipt"), **FEE)
    assert (again.first, again.last, again.replayed) == (first.first, first.last, True)
    assert counted(office) == before


def test_a_repeated_command_is_answered_though_the_page_is_stale(office: Store) -> None:
    case = case_in(office, "intake")
    seen = load(office, case).seq
    first = verbs.verify(office, act("ortiz", key="k", seen=seen), case, "fee", **FEE)
    verbs.do(office, act("ortiz"), case, "accept")
    again = verbs.verify(office, act("ortiz", key="k", seen=seen), case, "fee", **FEE)
    assert (again.first, again.case.state) == (first.first, "verification")


def test_a_repeated_opening_opens_one_case(office: Store) -> None:
    assert invited(office, key="k") == invited(office, key="k")
    assert counted(office)["case_file"] == 1


def test_a_repeated_closing_grants_once(office: Store) -> None:
    case = case_in(office, "board_review")
    number = moved(office, case, "hale", "approve", facts=grant(office, case))
    for member in MEMBERS["governing_board"]:
        verbs.vote(office, act(member), case, number, "for")
    first = verbs.close(office, act("hale", key="k"), case, number)
    before = rows(office)
    assert verbs.close(office, act("hale", key="k"), case, number).first == first.first
    assert rows(office) == before


@pytest.mark.parametrize(
    "other",
    [
        lambda store, case: verbs.verify(store, act("park", key="k"), case, "fee", **FEE),
        lambda store, case: verbs.verify(store, act("ortiz", key="k"), case, "license", **FEE),
        lambda store, case: verbs.verify(store, act("ortiz", key="k"), case, "fee", note="Paid", **FEE),
        lambda store, case: verbs.do(store, act("ortiz", key="k"), case, "accept"),
        lambda store, case: people.enter(store, [people.Entry("1234567893", "New", {})], key="k"),
        lambda store, case: people.open_account(store, "second", "person/ortiz", PASSWORD, key="k"),
    ],
    ids=["actor", "name", "argument", "verb", "entry", "account"],
)
def test_a_key_stands_for_one_command(office: Store, other: Callable[[Store, str], object]) -> None:
    case = case_in(office, "intake")
    verbs.verify(office, act("ortiz", key="k"), case, "fee", **FEE)
    before = counted(office)
    with pytest.raises(KeyReused, match="'k'"):
        other(office, case)
    assert counted(office) == before


def test_a_key_of_a_refused_command_is_free(office: Store) -> None:
    case = invited(office)
    with pytest.raises(Refused):
        verbs.do(office, act("adeyemi", key="k"), case, "submit")
    filled(office, case, "adeyemi")
    assert not verbs.do(office, act("adeyemi", key="k"), case, "submit").replayed


def test_the_same_key_eight_times_at_once_has_one_effect(office: Store) -> None:
    case = case_in(office, "intake")
    before = load(office, case).seq
    keyed = act("ortiz", key="k")
    results = at_once([lambda: verbs.verify(office, keyed, case, "fee", proof=pdf("r"), **FEE)] * 8)
    answers = {(result.first, result.last) for result in results}  # type: ignore[attr-defined]
    assert answers == {(before + 1, before + 1)}
    assert load(office, case).seq == before + 1


# Two who saw the same page ----------------------------------------------------------------------------------


@pytest.mark.parametrize("turn", range(3))
def test_of_two_who_act_on_the_same_page_one_is_told(office: Store, turn: int) -> None:
    case = case_in(office, "intake")
    seen = load(office, case).seq
    verbs.verify(office, act("ortiz", seen=seen), case, "fee", **FEE)
    why = {"reasons": "A page is missing"}
    results = at_once(
        [
            lambda: verbs.do(office, act("ortiz", seen=seen + 1), case, "accept"),
            lambda: verbs.do(office, act("park", seen=seen + 1), case, "return_incomplete", facts=why),
        ]
    )
    (told,) = [result for result in results if isinstance(result, Conflict)]
    assert "Maria Ortiz: moved" in str(told) or "Min Park: moved" in str(told)
    assert load(office, case).seq == seen + 2


def test_of_two_who_do_not_say_what_they_saw_the_rules_judge_the_second(office: Store) -> None:
    case = case_in(office, "verification")
    why = {"reasons": "A page is missing"}
    results = at_once(
        [
            lambda by=by: verbs.do(office, act(by), case, "request_information", facts=why)  # type: ignore[misc]
            for by in ("ortiz", "park")
        ]
    )
    assert kinds_of(results, Refused) == 1
    assert load(office, case).state == "awaiting_applicant"


def test_coordinators_who_do_different_things_all_land(office: Store) -> None:
    case = case_in(office, "verification")
    before = load(office, case).seq
    commands = zip(cycle(STAFF[:3]), AT_SOURCE * 3, strict=False)
    results = at_once(
        [lambda by=by, name=name: verbs.verify(office, act(by), case, name, **FEE) for by, name in commands]  # type: ignore[misc]
    )
    assert [result for result in results if isinstance(result, PrivilegingError)] == []
    assert load(office, case).seq == before + 3 * len(AT_SOURCE)
    whole(office)


def npis(count: int) -> list[str]:
    bases = (str(110_000_000 + number) for number in range(count))
    return [next(base + digit for digit in "0123456789" if npi_fault(base + digit) is None) for base in bases]


def test_cases_opened_at_once_each_get_a_number(office: Store) -> None:
    entered = enter(office, *npis(8))
    results = at_once(
        [
            lambda by=by, who=who: (
                verbs.open_case(  # type: ignore[misc]
                    office, act(by), "initial_appointment", who, MAIN, action="invite"
                ).case.id
            )
            for by, who in zip(cycle(STAFF[:3]), entered, strict=False)
        ]
    )
    assert sorted(map(str, results)) == [f"case/2026-0000{number}" for number in range(1, 9)]


def test_one_practitioner_has_one_application_though_two_are_sent_at_once(office: Store) -> None:
    results = at_once([lambda: invited(office)] * 3)
    assert kinds_of(results, str) == 1
    assert counted(office)["case_file"] == 1


def test_the_same_proof_handed_in_twice_at_once_is_kept_once(office: Store) -> None:
    cases = [case_in(office, "intake"), case_in(office, "intake", "brandt"), case_in(office, "intake", "cho")]
    results = at_once(
        [lambda case=case: verbs.verify(office, act("ortiz"), case, "fee", proof=pdf("batch"), **FEE) for case in cases]  # type: ignore[misc]
    )
    assert [result for result in results if isinstance(result, PrivilegingError)] == []


def test_one_account_is_opened_once(office: Store) -> None:
    results = at_once(
        [
            lambda who=who: people.open_account(office, "shared", f"person/{who}", PASSWORD)  # type: ignore[misc]
            for who in ("ortiz", "park")
        ]
    )
    assert kinds_of(results, Conflict) == 1


def test_a_version_published_twice_at_once_is_published_once(office: Store) -> None:
    text = shipped()["initial_appointment"].replace(b"version: 1", b"version: 2", 1)
    source = {"initial_appointment": text}
    results = at_once([lambda: publish(office, source, live_from=TODAY, now=NOW)] * 3)
    assert [result for result in results if isinstance(result, PrivilegingError)] == []
    assert len(events(office, "workflow/initial_appointment")) == 2


def test_an_office_file_applied_twice_at_once_is_applied_once(office: Store) -> None:
    results = at_once([lambda: apply_office(office, WITHOUT)] * 3)
    assert sorted(map(len, results)) == [0, 0, 1]  # type: ignore[arg-type]
    assert [event["kind"] for event in events(office, BODY)][-2:] == ["seat_given", "seat_ended"]


def test_a_member_votes_once_however_often_it_is_sent(office: Store) -> None:
    case = case_in(office, "committee_review")
    number = moved(office, case, "ruiz", "recommend")
    sends = [
        lambda by=by: verbs.vote(office, act(by, seen=(number, 1, 0)), case, number, "for")  # type: ignore[misc]
        for by in MEMBERS["credentials_committee"]
    ]
    results = at_once(sends * 2)
    assert kinds_of(results, Conflict) == 3
    assert len(load(office, case).motions[-1].votes) == 3


# A roster that changes between reading and writing ----------------------------------------------------------

WITHOUT = read_office(OFFICE.replace(b", {person: costa}", b""), "office.yaml")
WITH = read_office(OFFICE, "office.yaml")


BODY = "body/main/credentials_committee"


def test_a_roster_that_changes_before_the_write_makes_it_decide_again(office: Store) -> None:
    met: list[int] = []

    def plan(unit: Unit) -> Plan:
        head = head_of(unit, BODY)
        assert head is not None
        met.append(head.version)
        if len(met) == 1:
            apply_office(office, WITHOUT, now=NOW)
        change = ("account_closed", {"account": "ito"})
        written = plain.write(unit, "person/ito", [change], key="k", actor=plain.OPERATOR, at=NOW)
        return Plan([written], {BODY: head.version})

    done = carry_out(office, key="k", mark="m", actor=plain.OPERATOR, now=NOW, plan=plan, stream="person/ito")
    assert met == [met[0], met[0] + 1]
    assert (done.stream, done.replayed) == ("person/ito", False)


def events(store: Store, case: str) -> list[dict[str, Any]]:
    with store.reading() as unit:
        lines = [json.loads(line) for line in history.export(unit, case)]
    return [{**line, "body": json.loads(line["body"])} for line in lines]


def seated_at(store: Store, body: str, version: int) -> set[str]:
    """Who sat on a body on the day, by its history up to ``version``."""
    seated: set[str] = set()
    for event in events(store, body)[:version]:
        if event["kind"] == "seat_given":
            seated.add(event["body"]["seat"]["person"])
        elif event["kind"] == "seat_ended":
            seated.discard(event["body"]["person"])
    return seated


def test_no_vote_counts_that_its_own_roster_does_not_know(office: Store) -> None:
    stop = Event()
    case = case_in(office, "committee_review")

    def change_seats() -> None:
        for wanted in cycle((WITHOUT, WITH)):
            apply_office(office, wanted, now=NOW)
            if stop.is_set():
                return

    def vote_and_close() -> None:
        for _ in range(12):
            why = {"reasons": "Not today"}
            number = moved(office, case, "ruiz", "defer", facts=why)
            for member in ("ruiz", "bauer", "costa"):
                try:
                    verbs.vote(office, act(member), case, number, "for")
                except (Refused, Conflict):
                    continue
            while load(office, case).open_motion is not None:
                try:
                    verbs.close(office, act("ruiz"), case, number)
                except Conflict:
                    continue

    with ThreadPoolExecutor(2) as threads:
        changing = threads.submit(change_seats)
        try:
            vote_and_close()
        finally:
            stop.set()
        changing.result()
    moves = [event for event in events(office, case) if event["kind"] == "moved" and event["body"].get("motion")]
    closed = [event for event in events(office, case) if event["kind"] == "motion_closed"]
    assert len(closed) == 12
    for event in moves:
        relied = event["body"]["relied_on"]["streams"]
        roll = next(c["body"]["roll"] for c in closed if c["body"]["motion"] == event["body"]["motion"])
        assert {line["person"] for line in roll} == seated_at(office, BODY, relied[BODY])
    whole(office)


@pytest.mark.parametrize("key", ["lapse:case/2026-00001:1", "k>2", "office:x", "publish:x"])
def test_a_key_that_the_program_makes_itself_is_no_senders_to_take(office: Store, key: str) -> None:
    with pytest.raises(InvalidInput, match="key: may not hold"):
        people.enter(office, [], key=key)
