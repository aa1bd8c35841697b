"""A refused, conflicting or unreadable command stores nothing and says everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from office import ADEYEMI, MAIN, NOW, TODAY, WHY, act, case_in, counted, filled, grant, invited, moved, pdf

from privileging.errors import Conflict, InvalidInput, NotFound, NotPermitted, PrivilegingError, Refused
from privileging.queries.cases import show
from privileging.queries.history import history
from privileging.queries.people import practitioners
from privileging.services import people, verbs
from privileging.services.cases import File, perform
from privileging.services.workflows import publish
from privileging.store.driver import Store
from privileging.store.evidence import LARGEST

NOTHING_KEPT = ("NUL", "surrogate")
BAD = ["a\x00b", "\x00", "a\ud800", "\udfff"]


def refused(store: Store, kind: type[PrivilegingError], command: Callable[[], object]) -> Any:
    """The error that ``command`` raises, and the assurance that not one row came of it."""
    before = counted(store)
    with pytest.raises(PrivilegingError) as caught:
        command()
    assert type(caught.value) is kind
    assert counted(store) == before
    return caught.value


def test_a_submission_is_refused_for_every_reason_at_once(office: Store) -> None:
    case = invited(office)
    error = refused(office, Refused, lambda: verbs.do(office, act("adeyemi"), case, "submit"))
    assert len(error.reasons) == 15
    assert {reason.code for reason in error.reasons} >= {"application_complete", "attestation_signed"}
    assert all(reason.cure_by == ("applicant",) and reason.cite for reason in error.reasons)


def test_a_completed_file_lacks_nothing(office: Store) -> None:
    case = invited(office)
    filled(office, case, "adeyemi")
    assert verbs.do(office, act("adeyemi"), case, "submit").case.state == "intake"


def test_a_case_in_verification_names_each_source_that_is_missing(office: Store) -> None:
    case = case_in(office, "verification")
    error = refused(office, Refused, lambda: verbs.do(office, act("ortiz"), case, "complete"))
    assert [reason.text for reason in error.reasons][-1] == "Peer references: 0 of 3 on file"
    assert len(error.reasons) == 9


def test_another_persons_act_is_not_permitted(office: Store) -> None:
    case = case_in(office, "department_review")
    facts = {"category": "streamlined", **WHY}
    refused(office, NotPermitted, lambda: verbs.do(office, act("ortiz"), case, "recommend", facts=facts))
    refused(office, NotPermitted, lambda: verbs.do(office, act("adeyemi"), case, "recommend", facts=facts))


def test_a_board_action_needs_a_vote(office: Store) -> None:
    case = case_in(office, "board_review")
    facts = grant(office, case)
    refused(office, NotPermitted, lambda: verbs.do(office, act("hale"), case, "approve", facts=facts))


def test_a_second_application_is_refused(office: Store) -> None:
    first = invited(office)
    error = refused(office, Refused, lambda: invited(office))
    assert first in str(error)


@pytest.mark.parametrize(
    ("workflow", "practitioner", "facility"),
    [
        ("no_such_workflow", ADEYEMI, MAIN),
        ("initial_appointment", "person/npi-1999999999", MAIN),
        ("initial_appointment", ADEYEMI, "facility/elsewhere"),
        ("initial_appointment", MAIN, MAIN),
        ("initial_appointment", ADEYEMI, ADEYEMI),
    ],
)
def test_a_case_is_not_opened_on_what_does_not_exist(
    office: Store, workflow: str, practitioner: str, facility: str
) -> None:
    refused(
        office,
        NotFound,
        lambda: verbs.open_case(office, act("ortiz"), workflow, practitioner, facility, action="invite"),
    )


def test_an_unknown_account_and_an_unknown_case_are_not_found(office: Store) -> None:
    refused(office, NotFound, lambda: verbs.attest(office, act("nobody"), "2026-00001", "x"))
    refused(office, NotFound, lambda: verbs.do(office, act("ortiz"), "2026-99999", "accept"))
    refused(office, NotFound, lambda: verbs.do(office, act("ortiz"), "person/ortiz", "accept"))


# Files ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "file",
    [
        File("note.pdf", b""),
        File("note.pdf", b"%PDF-" + b" " * LARGEST),
        File("note.txt", b"plain text"),
        File("note.png", b"%PDF-1.7 not a picture"),
        File("page.html", b"<html></html>"),
    ],
    ids=["empty", "too large", "text", "wrong ending", "page"],
)
def test_a_file_of_another_kind_is_refused_by_its_field(office: Store, file: File) -> None:
    case = invited(office)
    documents = {"photo_id": file}
    error = refused(
        office, InvalidInput, lambda: verbs.record_items(office, act("adeyemi"), case, {}, documents=documents)
    )
    assert set(error.fields) == {"photo_id"}


def test_a_file_comes_with_its_event_or_not_at_all(office: Store) -> None:
    case = case_in(office, "intake")
    told = {"verified_on": TODAY, "proof": pdf("receipt")}
    refused(office, Refused, lambda: verbs.verify(office, act("ortiz"), case, "fee", method="", **told))
    done = verbs.verify(office, act("ortiz"), case, "fee", method="receipt", **told)
    assert done.case.checks[0].evidence == pdf("receipt").digest


def test_the_same_file_may_answer_two_items(office: Store) -> None:
    case = invited(office)
    papers = {"photo_id": pdf("one"), "insurance_certificate": pdf("one")}
    before = counted(office)["evidence"]
    verbs.record_items(office, act("adeyemi"), case, {}, documents=papers)
    assert counted(office)["evidence"] == before + 1


def test_evidence_that_nobody_handed_in_is_refused(office: Store) -> None:
    case = case_in(office, "intake")
    made_up = {"photo_id": {"evidence": "0" * 64, "name": "photo.pdf"}}
    error = refused(
        office, InvalidInput, lambda: verbs.record_items(office, act("ortiz"), case, made_up, reason="By post")
    )
    assert set(error.fields) == {"items.photo_id"}
    told = {"name": "fee", "method": "receipt", "verified_on": TODAY, "outcome": "verified", "evidence": "0" * 64}
    error = refused(office, InvalidInput, lambda: perform(office, act("ortiz"), "verify", case, told))
    assert set(error.fields) == {"evidence"}


def test_evidence_that_is_kept_may_be_named_again(office: Store) -> None:
    case = case_in(office, "intake")
    again = {"photo_id": {"evidence": pdf("photo_id").digest, "name": "photo.pdf"}}
    done = verbs.record_items(office, act("ortiz"), case, again, reason="Named anew")
    assert done.case.application["photo_id"] == again["photo_id"]


# Text that no database keeps, or only one of the two --------------------------------------------------------


def _texts(store: Store, case: str, bad: str) -> dict[str, Callable[[], object]]:
    """Every text argument of every verb, by the name of its field."""
    by = act("ortiz")
    told: Any = {"method": "receipt", "verified_on": TODAY}
    return {
        "by": lambda: verbs.attest(store, act(bad), case, "x"),
        "key": lambda: verbs.attest(store, act("adeyemi", key=bad), case, "x"),
        "at": lambda: verbs.attest(store, act("adeyemi", at=bad), case, "x"),
        "case": lambda: verbs.attest(store, by, bad, "x"),
        "statement": lambda: verbs.attest(store, by, case, bad),
        "workflow": lambda: verbs.open_case(store, by, bad, ADEYEMI, MAIN),
        "practitioner": lambda: verbs.open_case(store, by, "reappointment", bad, MAIN),
        "facility": lambda: verbs.open_case(store, by, "reappointment", ADEYEMI, bad),
        "action": lambda: verbs.open_case(store, by, "reappointment", ADEYEMI, MAIN, action=bad),
        "departments[0]": lambda: verbs.open_case(store, by, "reappointment", ADEYEMI, MAIN, departments=[bad]),
        "facts.reasons": lambda: verbs.do(store, by, case, "accept", facts={"reasons": bad}),
        "reason": lambda: verbs.do(store, by, case, "accept", reason=bad),
        "items.specialty": lambda: verbs.record_items(store, by, case, {"specialty": bad}),
        "items.degrees[0].from": lambda: verbs.record_items(store, by, case, {"degrees": [{"from": bad}]}),
        "items.photo_id.name": lambda: verbs.record_items(
            store, by, case, {}, documents={"photo_id": File(f"{bad}.pdf", b"%PDF-1")}
        ),
        "form": lambda: verbs.request_privileges(store, by, case, bad),
        "without[0]": lambda: verbs.request_privileges(store, by, case, "general_surgery", without=[bad]),
        "special[0]": lambda: verbs.request_privileges(store, by, case, "general_surgery", special=[bad]),
        "name": lambda: verbs.verify(store, by, case, bad, **told),
        "method": lambda: verbs.verify(store, by, case, "fee", method=bad, verified_on=TODAY),
        "verified_on": lambda: verbs.verify(store, by, case, "fee", method="receipt", verified_on=bad),
        "outcome": lambda: verbs.verify(store, by, case, "fee", outcome=bad, **told),
        "source": lambda: verbs.verify(store, by, case, "fee", source=bad, **told),
        "good_until": lambda: verbs.verify(store, by, case, "fee", good_until=bad, **told),
        "note": lambda: verbs.verify(store, by, case, "fee", note=bad, **told),
        "choice": lambda: verbs.vote(store, by, case, 1, bad),
        "body": lambda: verbs.recuse(store, by, case, bad, "Related"),
        "served_on": lambda: verbs.serve(store, by, case, "decision_notice", served_on=bad),
        "person": lambda: people.open_account(store, "new", bad, "correct horse battery staple"),
        "password": lambda: people.open_account(store, "new", "person/ortiz", f"correct horse battery {bad}"),
        "account": lambda: people.open_account(store, bad, "person/ortiz", "correct horse battery staple"),
        "npi": lambda: people.enter(store, [people.Entry(bad, "A Name", {})]),
        "credential": lambda: people.enter(store, [people.Entry("1234567893", "A", {"credential": bad})]),
        "live_from": lambda: publish(store, {}, live_from=bad),
    }


@pytest.mark.parametrize("bad", BAD, ids=ascii)
def test_text_that_cannot_be_kept_is_refused_by_its_field(office: Store, bad: str) -> None:
    case = case_in(office, "intake")
    for field, command in _texts(office, case, bad).items():
        error = refused(office, InvalidInput, command)
        assert set(error.fields) == {field}


@pytest.mark.parametrize("bad", BAD, ids=ascii)
def test_looking_up_text_that_cannot_be_kept_finds_nothing_or_is_refused(office: Store, bad: str) -> None:
    looked_up: list[Callable[[Any], object]] = [
        lambda unit: show(unit, f"case/{bad}", now=NOW),
        lambda unit: history(unit, bad),
        lambda unit: practitioners(unit, bad),
        lambda unit: people.password_is(unit, bad, "x"),
    ]
    for look in looked_up:
        try:
            with office.reading() as unit:
                assert not look(unit)
        except (InvalidInput, NotFound):
            pass


def test_no_password_is_right_when_it_cannot_be_hashed(office: Store) -> None:
    with office.reading() as unit:
        assert people.password_is(unit, "ortiz", "correct horse battery staple")
        assert not people.password_is(unit, "ortiz", "correct horse battery \ud800")


@pytest.mark.parametrize("value", [1.5, b"bytes", {1: "a"}, 2**53, object()], ids=str)
def test_values_of_other_types_are_refused_by_their_field(office: Store, value: object) -> None:
    case = invited(office)
    items = {"specialty": value}
    error = refused(office, InvalidInput, lambda: verbs.record_items(office, act("adeyemi"), case, items))
    assert set(error.fields) == {"items.specialty"}


# Time -------------------------------------------------------------------------------------------------------

LATER = "2026-03-04T15:00:00.000000Z"


def test_nothing_is_done_in_the_future(office: Store) -> None:
    case = case_in(office, "intake")
    error = refused(office, Refused, lambda: verbs.do(office, act("ortiz", at=LATER), case, "return_incomplete"))
    assert error.reasons[0].code == "effective_at"
    told: Any = {"method": "receipt", "verified_on": "2026-03-03"}
    error = refused(office, Refused, lambda: verbs.verify(office, act("ortiz"), case, "fee", **told))
    assert error.reasons[0].code == "verified_on"


def test_a_late_entry_needs_a_reason(office: Store) -> None:
    case = case_in(office, "intake")
    told: Any = {"method": "receipt", "verified_on": TODAY}
    late = act("ortiz", now=LATER, at="2026-03-02T16:00:00.000000Z")
    error = refused(office, Refused, lambda: verbs.verify(office, late, case, "fee", **told))
    assert error.reasons[0].code == "reason"
    verbs.verify(office, late, case, "fee", reason="The receipt lay in the wrong tray", **told)
    with office.reading() as unit:
        entry = history(unit, case)[-1]
    assert (entry.late, entry.effective_at, entry.recorded_at) == (True, "2026-03-02T16:00:00.000000Z", LATER)


def test_a_late_entry_may_not_come_before_the_last_move(office: Store) -> None:
    case = case_in(office, "intake")
    early = act("ortiz", now=LATER, at="2026-03-01T16:00:00.000000Z")
    error = refused(office, Refused, lambda: verbs.do(office, early, case, "accept", reason="Forgotten"))
    assert "moved on" in str(error)


@pytest.mark.parametrize("at", ["yesterday", "2026-03-02", "2026-03-02T15:00:00Z", "2026-02-30T15:00:00.000000Z"])
def test_an_instant_is_spelled_one_way(office: Store, at: str) -> None:
    case = case_in(office, "intake")
    refused(office, Refused, lambda: verbs.do(office, act("ortiz", at=at), case, "accept", reason="Forgotten"))


# Conflicts --------------------------------------------------------------------------------------------------


def test_a_stale_page_is_told_who_did_what(office: Store) -> None:
    case = case_in(office, "intake")
    seen = len(_events(office, case))
    told: Any = {"method": "receipt", "verified_on": TODAY}
    verbs.verify(office, act("park"), case, "fee", **told)
    error = refused(office, Conflict, lambda: verbs.do(office, act("ortiz", seen=seen), case, "accept"))
    assert "Min Park: verified" in str(error)
    assert str(seen) in str(error)
    assert verbs.do(office, act("ortiz", seen=seen + 1), case, "accept").case.state == "verification"


@pytest.mark.parametrize("seen", [0, -1, 99, 10**30])
def test_a_version_that_nobody_saw_is_a_conflict(office: Store, seen: int) -> None:
    case = invited(office)
    refused(office, Conflict, lambda: verbs.do(office, act("adeyemi", seen=seen), case, "withdraw"))


def _events(store: Store, case: str) -> tuple[Any, ...]:
    with store.reading() as unit:
        return history(unit, case)


def test_other_members_votes_are_no_conflict(office: Store) -> None:
    case = case_in(office, "committee_review")
    number = moved(office, case, "ruiz", "recommend")
    for member in ("ruiz", "bauer", "costa"):
        verbs.vote(office, act(member, seen=(number, 1, 0)), case, number, "for")


def test_a_second_send_of_ones_own_vote_is_a_conflict(office: Store) -> None:
    case = case_in(office, "committee_review")
    number = moved(office, case, "ruiz", "recommend")
    first = verbs.vote(office, act("ruiz", seen=(number, 1, 0)), case, number, "for")
    again = act("ruiz", seen=(number, 1, 0))
    error = refused(office, Conflict, lambda: verbs.vote(office, again, case, number, "against"))
    assert "another window" in str(error)
    changed = verbs.vote(office, act("ruiz", seen=(number, 1, first.last)), case, number, "against")
    assert [vote.choice for vote in changed.case.motions[-1].votes] == ["against"]


@pytest.mark.parametrize("seen", [(2, 1, 0), (1, 2, 0), (1, 1, 7)], ids=["motion", "wording", "vote"])
def test_a_vote_on_another_page_is_a_conflict(office: Store, seen: tuple[int, int, int]) -> None:
    case = case_in(office, "committee_review")
    number = moved(office, case, "ruiz", "recommend")
    refused(office, Conflict, lambda: verbs.vote(office, act("bauer", seen=seen), case, number, "for"))
