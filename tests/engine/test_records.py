"""What is recorded in a case without moving it: the application, requests, verifications, the service of notices."""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import HEART, LINES, MAIN, OFFICE, person
from walking import case_in

from privileging.engine.values import Form

DIGEST = "f" * 64
CHECK = {"name": "license", "method": "web", "verified_on": "2026-03-02", "outcome": "verified"}

# The application ------------------------------------------------------------------------------------------------------


def test_the_applicant_answers_while_the_application_is_with_them() -> None:
    walk = case_in("draft").does("adeyemi", "record_items", items={"specialty": "Surgery"})
    assert walk.case.application == {"specialty": "Surgery"}
    assert "not with you" in case_in("intake").refused("adeyemi", "record_items", items={"specialty": "Surgery"})


def test_answers_are_added_to_those_there_are() -> None:
    walk = case_in("draft").does("adeyemi", "record_items", items={"specialty": "Surgery"})
    walk.does("adeyemi", "record_items", items={"license_state": "IL", "specialty": "General surgery"})
    assert walk.case.application == {"specialty": "General surgery", "license_state": "IL"}


def test_staff_may_correct_the_application_and_must_say_why() -> None:
    walk = case_in("intake")
    assert "needs a reason" in walk.refused("ortiz", "record_items", items={"specialty": "Surgery"})
    walk.does("ortiz", "record_items", items={"specialty": "Surgery"}, reason="by telephone")
    assert (walk.last("items_recorded")["reason"], walk.case.attested_by) == ("by telephone", "")


@pytest.mark.parametrize("who", ["chen", "stone", "ada", "nobody"])
def test_nobody_else_touches_the_application(who: str) -> None:
    walk = case_in("draft")
    for kind in ("record_items", "request_privileges"):
        assert "Only the applicant, or staff" in walk.refused(who, kind, items={"specialty": "x"}, reason="because")


def test_a_coordinator_is_no_staff_on_their_own_case() -> None:
    walk = case_in("verification").but(person("adeyemi", "coordinator"))
    assert "not with you" in walk.refused("adeyemi", "record_items", items={"specialty": "x"}, reason="mine")
    assert "never on one's own case" in walk.refused("adeyemi", "verify", **CHECK)


@pytest.mark.parametrize("items", [{}, None, [], "specialty", 7])
def test_nothing_to_record_is_refused(items: object) -> None:
    assert case_in("draft").refused("adeyemi", "record_items", items=items) == "items: nothing to record"


def test_every_wrong_answer_is_named() -> None:
    items = {"specialty": "", "board_certified": "maybe", "salary": "1"}
    text = case_in("draft").refused("adeyemi", "record_items", items=items)
    assert "specialty: is empty" in text
    assert "board_certified: must be one of" in text
    assert "'salary': the application has no such item" in text


def test_an_application_is_with_its_applicant_again_when_it_is_returned() -> None:
    walk = case_in("intake").takes("ortiz", "return_incomplete", reasons="no photo")
    assert walk.does("adeyemi", "record_items", items={"specialty": "Surgery"}).case.attested_by == ""


@pytest.mark.parametrize(
    ("kind", "args"),
    [
        ("record_items", {"items": {"specialty": "x"}}),
        ("request_privileges", {"form": "general_surgery"}),
        ("verify", CHECK),
        ("strike", {"number": 1}),
        ("recuse", {"body": "governing_board"}),
    ],
)
def test_what_an_ended_case_relied_on_stands(kind: str, args: dict[str, object]) -> None:
    walk = case_in("granted")
    who = "gita" if kind == "recuse" else "ortiz"
    assert "The case has ended" in walk.refused(who, kind, reason="too late", **args)


def test_the_applicant_attests_and_nobody_for_them() -> None:
    walk = case_in("draft")
    assert walk.refused("ortiz", "attest", statement="true") == "Only the applicant may attest to the application"
    assert "statement: is empty" in walk.refused("adeyemi", "attest", statement=" ")
    assert walk.does("adeyemi", "attest", statement="true").case.attested_by == "person/adeyemi"
    assert "not with you" in case_in("intake").refused("adeyemi", "attest", statement="true")


# The privileges requested ---------------------------------------------------------------------------------------------


def test_a_request_is_the_core_less_what_is_struck_out_and_the_special_ones_named() -> None:
    walk = case_in("draft")
    args = {"form": "general_surgery", "without": ["hernia_repair"], "special": ["colonoscopy"]}
    walk.does("adeyemi", "request_privileges", **args)
    assert [line.code for line in walk.case.lines] == ["appendectomy", "colonoscopy"]
    assert walk.case.departments == ("surgery",)


@pytest.mark.parametrize(
    ("args", "text"),
    [
        ({"form": "dentistry"}, "'dentistry' is not in use at this facility (in use: general_surgery, cardiology)"),
        ({"form": None}, "'' is not in use"),
        ({"form": "x" * 500}, "…' is not in use"),
        ({"without": ["colonoscopy"]}, "without: 'colonoscopy' is no core privilege of General surgery"),
        ({"without": "colonoscopy"}, "without: 'colonoscopy' is no core privilege"),
        ({"without": [7]}, "without: '' is no core privilege"),
        ({"special": ["appendectomy"]}, "special: 'appendectomy' is no special privilege of General surgery"),
        ({"special": {"colonoscopy": True}}, "special: '' is no special privilege"),
        ({"without": ["appendectomy", "hernia_repair"]}, "every privilege of it is struck out"),
    ],
)
def test_a_request_names_lines_of_the_form(args: dict[str, object], text: str) -> None:
    told = {"form": "general_surgery", **args}
    assert text in case_in("draft").refused("adeyemi", "request_privileges", **told)


def test_one_name_may_stand_for_a_list_of_one() -> None:
    walk = case_in("draft").does("adeyemi", "request_privileges", form="general_surgery", without="hernia_repair")
    assert [line.code for line in walk.case.lines] == ["appendectomy"]


def test_a_facility_without_forms_says_so() -> None:
    walk = case_in("draft")
    walk.office = replace(OFFICE, facility=replace(MAIN, forms={}))
    assert "(in use: none)" in walk.refused("adeyemi", "request_privileges", form="general_surgery")


@pytest.mark.parametrize("state", ["verification", "committee_review", "board_review"])
def test_a_request_under_review_is_not_widened(state: str) -> None:
    walk = case_in(state)
    wider = {"form": "general_surgery", "special": ["robotic_surgery"], "reason": "also wanted"}
    assert "under review: it may be narrowed" in walk.refused("ortiz", "request_privileges", **wider)
    other = {"form": "cardiology", "reason": "meant the other one"}
    assert "under review: it may be narrowed" in walk.refused("ortiz", "request_privileges", **other)


def test_a_request_under_review_may_be_narrowed() -> None:
    walk = case_in("board_review")
    narrower = {"form": "general_surgery", "without": ["hernia_repair"], "reason": "given up by the applicant"}
    walk.does("ortiz", "request_privileges", **narrower)
    assert [line.code for line in walk.case.lines] == ["appendectomy"]


def test_the_same_code_on_another_form_is_another_privilege() -> None:
    walk = case_in("committee_review")
    twin = Form("twin", "Twin", 1, "surgery", (replace(LINES[0], criteria="none"),))
    elsewhere = Form("elsewhere", "Elsewhere", 1, "medicine", LINES)
    walk.office = replace(OFFICE, facility=replace(MAIN, forms={"twin": twin, "elsewhere": elsewhere}))
    for form in ("twin", "elsewhere"):
        assert "may be narrowed" in walk.refused("ortiz", "request_privileges", form=form, reason="easier")


def test_before_it_is_accepted_staff_may_still_correct_the_request() -> None:
    walk = case_in("intake").does("ortiz", "request_privileges", form="cardiology", reason="the form was mistaken")
    assert (walk.case.lines, walk.case.departments, walk.case.attested_by) == ((HEART,), ("medicine",), "")
