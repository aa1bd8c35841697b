"""The application page: an applicant fills it in, attests and sends it; staff see what changed."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from demo_office import Browser

from privileging.queries.application import application_of
from privileging.queries.history import history
from privileging.store.driver import Store

People = Callable[[str], Browser]
Number = Callable[..., str]
PDF = b"%PDF-1.4 a page"
DRAFT = ("initial_appointment", "draft")
SOLHEIM = {
    "item-specialty": "Surgery",
    "item-license_state": "Illinois",
    "item-license_number": "036-1",
    "item-license_expires": "2028-01-31",
    "item-degrees-1-institution": "Northern Prairie University",
    "item-degrees-1-degree": "MD",
    "item-degrees-1-from": "2001",
    "item-degrees-1-to": "2005",
    "item-work_history-1-employer": "Prairie Health",
    "item-work_history-1-position": "Surgeon",
    "item-work_history-1-from": "2015",
    "item-work_history-1-to": "present",
    "item-peer_references-1-name": "Dr. Whitlock",
    "item-peer_references-1-relation": "Colleague",
    "item-peer_references-1-email": "peer@example.org",
    "item-board_certified": "certified",
    "item-adverse_history": "none",
    "item-ability_to_perform": "able",
    "item-insurance_carrier": "Great Lakes Mutual",
}


def file(name: str = "scan.pdf", data: bytes = PDF) -> tuple[BytesIO, str]:
    return BytesIO(data), name


@pytest.fixture
def draft(case_number: Number) -> str:
    return f"/cases/{case_number(*DRAFT)}/application"


@pytest.fixture
def answers(demo_store: Store) -> Callable[[str], dict[str, Any]]:
    """The answers on record, by the page's address."""

    def recorded(page: str) -> dict[str, Any]:
        with demo_store.reading() as unit:
            return dict(application_of(unit, f"case/{page.split('/')[2]}").case.application)

    return recorded


def kinds(store: Store, page: str) -> list[str]:
    with store.reading() as unit:
        return [entry.kind for entry in history(unit, f"case/{page.split('/')[2]}")]


def filled_in(applicant: Browser, page: str) -> None:
    """Answers everything that is required, with the files."""
    files = {
        "item-insurance_certificate": file("certificate.pdf"),
        "item-photo_id": file("id.png", b"\x89PNG\r\n\x1a\nx"),
    }
    done = applicant.submit(page, "/application", files=files, **SOLHEIM)
    assert done.status_code == 302, done.text


def test_an_applicant_fills_in_uploads_chooses_attests_and_submits(client_as: People, draft: str) -> None:
    applicant = client_as("solheim")
    assert "13 answers are still needed" in applicant.get(draft).text
    filled_in(applicant, draft)
    assert "Every required answer is there" in applicant.get(draft).text
    chosen = applicant.submit(
        f"{draft}?form=general_surgery", "/privileges", without=["breast_surgery"], special=["bariatric"]
    )
    assert chosen.status_code == 302
    assert "7 privileges are asked for" in applicant.get(draft).text
    assert applicant.submit(draft, "/attestation", agree="yes").status_code == 302
    signed = applicant.get(draft).text
    assert "Signed by Ingeborg Solheim" in signed
    assert "10:00 CST" in signed
    number = draft.split("/")[2]
    assert f"/cases/{number}/do/submit" in signed
    assert applicant.submit(f"/cases/{number}/do/submit", "/do/submit").status_code == 302
    after = applicant.get(draft).text
    assert "Nothing is needed from you now" in after
    assert "Received" in after
    assert "<textarea" not in after


def test_what_is_required_and_missing_is_told_before_it_can_be_sent(client_as: People, draft: str) -> None:
    page = client_as("solheim").get(draft).text
    assert page.index("State of licensure") < page.index("DEA registration number")
    assert 'href="#item-specialty">13 answers are still needed' in page
    assert "/do/submit" not in page


def test_an_invalid_date_keeps_what_was_typed_and_the_rest_is_saved(
    client_as: People, draft: str, answers: Callable[[str], dict[str, Any]]
) -> None:
    told = client_as("solheim").submit(
        draft, "/application", **{"item-license_expires": "31/01/2028", "item-specialty": "Surgery"}
    )
    assert told.status_code == 422
    assert 'href="#item-license_expires">License valid until: must be a day that exists' in told.text
    assert 'value="31/01/2028"' in told.text
    assert "Everything else is saved" in told.text
    assert answers(draft) == {"specialty": "Surgery"}


def test_a_half_filled_row_is_named_by_its_cell(client_as: People, draft: str) -> None:
    told = client_as("solheim").submit(draft, "/application", **{"item-degrees-1-institution": "Northern Prairie"})
    assert told.status_code == 422
    assert 'href="#item-degrees-1-degree"' in told.text
    assert 'value="Northern Prairie"' in told.text


def test_rows_are_added_without_losing_what_was_typed(
    client_as: People, draft: str, answers: Callable[[str], dict[str, Any]]
) -> None:
    typed = {"item-degrees-1-institution": "Northern Prairie", "item-license_expires": "soon", "more": "degrees"}
    shown = client_as("solheim").submit(draft, "/application", **typed)
    assert shown.status_code == 200
    assert 'value="Northern Prairie"' in shown.text
    assert 'value="soon"' in shown.text
    assert 'id="item-degrees-5-institution"' in shown.text
    assert answers(draft) == {}


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("page.html", b"<html>", "only PDF, PNG, JPEG and TIFF"),
        ("scan.png", PDF, "its name says otherwise"),
        ("empty.pdf", b"", "the file is empty"),
    ],
)
def test_a_wrong_file_is_named(client_as: People, draft: str, name: str, data: bytes, why: str) -> None:
    told = client_as("solheim").submit(draft, "/application", files={"item-photo_id": file(name, data)})
    assert told.status_code == 422
    assert 'href="#item-photo_id"' in told.text
    assert name in told.text
    assert why in told.text


def test_an_answer_can_be_changed_and_not_taken_back(
    client_as: People, draft: str, answers: Callable[[str], dict[str, Any]]
) -> None:
    applicant = client_as("solheim")
    applicant.submit(draft, "/application", **{"item-dea_number": "FS1234563"})
    told = applicant.submit(draft, "/application", **{"item-dea_number": ""})
    assert told.status_code == 422
    assert "can be changed, not taken back" in told.text
    assert answers(draft) == {"dea_number": "FS1234563"}


def test_a_change_undoes_the_attestation_and_saving_nothing_new_does_not(client_as: People, draft: str) -> None:
    applicant = client_as("solheim")
    filled_in(applicant, draft)
    applicant.submit(draft, "/attestation", agree="yes")
    applicant.submit(draft, "/application")
    assert "Signed by" in applicant.get(draft).text
    applicant.submit(draft, "/application", **{"item-specialty": "Orthopaedic surgery"})
    assert "Signed by" not in applicant.get(draft).text


def test_an_attestation_wants_its_box_ticked_and_a_recent_password(client_as: People, draft: str, clock: Any) -> None:
    applicant = client_as("solheim")
    told = applicant.submit(draft, "/attestation")
    assert told.status_code == 422
    assert 'href="#agree"' in told.text
    clock.forward(minutes=16)
    assert applicant.submit(draft, "/attestation", agree="yes", password="not the password").status_code == 403
    assert applicant.submit(draft, "/attestation", agree="yes", password="demo only, never real").status_code == 302


def test_a_form_of_which_all_is_struck_out_is_refused_as_it_was_ticked(client_as: People, draft: str) -> None:
    core = ["emergency_care", "airway", "resuscitation", "wound_care"]
    told = client_as("solheim").submit(f"{draft}?form=emergency_medicine", "/privileges", without=core)
    assert told.status_code == 422
    assert "every privilege of it is struck out" in told.text
    assert told.text.count(" checked") == 4


def test_a_stale_page_is_a_conflict_that_keeps_what_was_typed(client_as: People, draft: str) -> None:
    applicant = client_as("solheim")
    applicant.submit(draft, "/application", **{"item-specialty": "Surgery"})
    stale = {"seen": "1", "key": "k", "item-specialty": "Dermatology, of the skin"}
    told = applicant.send(draft, stale)
    assert told.status_code == 409
    assert "The case changed while you were looking at it" in told.text
    assert "Item specialty" in told.text
    assert "Dermatology, of the skin" in told.text


def test_the_same_form_sent_twice_is_recorded_once(client_as: People, draft: str, demo_store: Store) -> None:
    applicant = client_as("solheim")
    sent = {"key": "a-key-of-the-page", "item-specialty": "Surgery"}
    assert [applicant.send(draft, sent).status_code for _ in range(2)] == [302, 302]
    assert kinds(demo_store, draft).count("items_recorded") == 1
    assert applicant.send(f"{draft}/attestation", {"key": "another", "agree": "yes"}).status_code == 302
    assert applicant.send(f"{draft}/attestation", {"key": "another", "agree": "yes"}).status_code == 302
    assert kinds(demo_store, draft).count("attested") == 1


def test_fields_that_the_form_does_not_have_are_refused(
    client_as: People, draft: str, answers: Callable[[str], dict[str, Any]]
) -> None:
    told = client_as("solheim").send(draft, {"item-specialty": "Surgery", "item-state": "granted", "actor": "x"})
    assert told.status_code == 422
    assert "actor" in told.text
    assert answers(draft) == {}


def test_another_applicant_finds_nothing(client_as: People, draft: str) -> None:
    other = client_as("adeyemi")
    assert other.get(draft).status_code == 404
    assert other.send(draft, {"item-specialty": "Mine"}).status_code == 404


def test_whoever_only_reads_changes_nothing(client_as: People, case_number: Number) -> None:
    page = f"/cases/{case_number('initial_appointment', 'department_review')}/application"
    auditor = client_as("quigley")
    shown = auditor.get(page).text
    assert "<textarea" not in shown
    assert "Change an answer" not in shown
    assert auditor.send(page, {"item-specialty": "Mine"}).status_code == 403
    assert auditor.send(f"{page}/privileges", {"form": "general_surgery"}).status_code == 403
    assert auditor.send(f"{page}/attestation", {"agree": "yes"}).status_code == 403


# Sent back, and sent again ---------------------------------------------------------------------------------------


def test_a_returned_application_says_why_on_top_and_by_when(client_as: People, case_number: Number) -> None:
    page = client_as("adeyemi").get(f"/cases/{case_number('reappointment', 'awaiting_applicant')}/application").text
    assert page.index("does not show the limits of liability") < page.index("Your answers")
    assert "We need something from you" in page
    assert "13 Dec 2026" in page


def test_what_committees_say_is_not_shown_to_the_applicant(client_as: People, case_number: Number) -> None:
    page = f"/cases/{case_number('reappointment', 'adverse_recommendation')}/application"
    assert "unsafe handovers" not in client_as("gallagher").get(page).text


def test_staff_see_what_changed_since_it_was_sent_before(client_as: People, case_number: Number) -> None:
    number = case_number("reappointment", "awaiting_applicant")
    page, applicant = f"/cases/{number}/application", client_as("adeyemi")
    applicant.submit(page, "/application", **{"item-changes_since": "Moved to another practice"})
    applicant.submit(page, "/attestation", agree="yes")
    applicant.submit(f"/cases/{number}/do/resubmit", "/do/resubmit")
    shown = client_as("ortiz").get(page).text
    assert "<mark>1 answer</mark> changed" in shown
    assert shown.count("by the applicant") == 1
    assert "None, other than a new home address" in shown
    assert "does not show the limits of liability" in shown


def test_staff_change_an_answer_with_a_reason_only(client_as: People, case_number: Number) -> None:
    page = f"/cases/{case_number('initial_appointment', 'verification')}/application"
    staff = client_as("ortiz")
    told = staff.submit(f"{page}?edit=1", "/application", **{"item-license_number": "036-77"})
    assert told.status_code == 422
    assert 'href="#reason"' in told.text
    assert "036-77" in told.text
    changed = {"item-license_number": "036-77", "reason": "Read from the licence"}
    assert staff.submit(f"{page}?edit=1", "/application", **changed).status_code == 302
    shown = staff.get(page).text
    assert "036-77" in shown
    assert "by ortiz: Read from the licence" in shown


# Files -----------------------------------------------------------------------------------------------------------


def test_a_document_is_served_to_be_kept_and_to_its_readers_only(
    client_as: People, draft: str, answers: Callable[[str], dict[str, Any]]
) -> None:
    applicant = client_as("solheim")
    filled_in(applicant, draft)
    digest = answers(draft)["photo_id"]["evidence"]
    path = draft.replace("application", f"evidence/{digest}")
    assert "id.png" in applicant.get(draft).text
    served = applicant.get(path)
    assert served.data == b"\x89PNG\r\n\x1a\nx"
    assert served.headers["Content-Disposition"].startswith("attachment; filename=")
    assert served.headers["X-Content-Type-Options"] == "nosniff"
    assert served.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert client_as("ortiz").get(path).status_code == 200
    assert client_as("adeyemi").get(path).status_code == 404
    assert applicant.get(draft.replace("application", f"evidence/{'0' * 64}")).status_code == 404


def test_proof_of_a_verification_is_not_the_applicants_to_see(
    client_as: People, case_number: Number, demo_store: Store
) -> None:
    number = case_number("initial_appointment", "department_review")
    with demo_store.reading() as unit:
        case = application_of(unit, f"case/{number}").case
    digest = next(check.evidence for check in case.checks if check.name == "npdb")
    assert client_as("ortiz").get(f"/cases/{number}/evidence/{digest}").status_code == 200
    assert client_as("dlamini").get(f"/cases/{number}/evidence/{digest}").status_code == 404


def test_a_file_of_another_case_is_not_found_in_this_one(
    client_as: People, case_number: Number, answers: Callable[[str], dict[str, Any]]
) -> None:
    one, other = case_number("initial_appointment", "intake"), case_number("initial_appointment", "department_review")
    digest = answers(f"/cases/{one}/application")["photo_id"]["evidence"]
    assert client_as("ortiz").get(f"/cases/{other}/evidence/{digest}").status_code == 404


def test_a_case_without_an_application_says_so(client_as: People, case_number: Number, demo_store: Store) -> None:
    page = client_as("ortiz").get(f"/cases/{case_number('fair_hearing', 'offered')}/application")
    assert page.status_code == 200
    assert "no application of its own" in page.text
