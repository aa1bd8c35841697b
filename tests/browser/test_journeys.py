"""Five people do their work in a real browser, with the mouse and by keyboard alone."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from demo_office import NOW, number_of
from hands import Hand, Site

from privileging.queries.loading import case_of
from privileging.services import verbs
from privileging.services.cases import Act, case_id

REASONS = "Well trained, and known to the department"
ROWS = {
    "Medical or professional education": dict(Institution="Halcyon", Degree="MD", From="2000", To="2004"),
    "Work history of the last five years": {
        "Employer": "Prairie",
        "Position": "Physician",
        "From": "2010",
        "To": "2026",
    },
    "Three peers with direct knowledge of your work": {
        "Name": "A. Peer",
        "Relation": "Colleague",
        "Email": "peer@example.org",
    },
}


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    path = tmp_path / "proof.pdf"
    path.write_bytes(b"%PDF-1.7\n1 0 obj << >> endobj\ntrailer << >>\n%%EOF\n")
    return path


def state_of(site: Site, number: str) -> str:
    with site.store.reading() as unit:
        return case_of(unit, case_id(number))[1].state


def test_the_coordinator_verifies_and_sends_on(hand: Hand, site: Site, paper: Path) -> None:
    number = number_of(site.store, "initial_appointment", "verification")
    hand.sign_in("ortiz")
    hand.go(f"/cases/{number}")
    hand.press("summary", "Record state license")
    form = hand.page.locator("details[open] form")
    hand.fill("How", "board website", within=form)
    hand.fill("Note", "Active, without restriction", within=form)
    hand.attach(form.locator("input[type=file]"), paper)
    hand.press("button", "Record", within=form)
    hand.reads("License: recorded.")
    hand.press("link", "Send to department review")
    hand.press("button", "Sign: Send to department review")
    hand.reads("The case stands at Department review")
    assert state_of(site, number) == "department_review"


def test_the_chair_recommends(hand: Hand, site: Site) -> None:
    number = number_of(site.store, "initial_appointment", "department_review")
    hand.sign_in("whitfield")
    hand.press("link", "Nomvula Dlamini")
    hand.press("link", "Report in favour")
    hand.choose("Category", "traditional")
    hand.fill("Reasons", REASONS)
    hand.press("button", "Sign: Report in favour")
    hand.reads("The case stands at Credentials committee")
    assert state_of(site, number) == "committee_review"


def test_the_auditor_searches_reads_verifies_and_exports(hand: Hand, site: Site) -> None:
    number = number_of(site.store, "initial_appointment", "department_review")
    hand.sign_in("quigley")
    hand.press("link", "History")
    hand.fill("Practitioner’s name", "Dlamini")
    hand.press("button", "Search")
    hand.press("link", f"{number} #1")
    hand.sees("Events")
    hand.reads("verified to event")
    with hand.page.expect_download() as download:
        hand.press("link", "Export as JSON lines")
    lines = Path(download.value.path()).read_text().splitlines()
    assert len(lines) > 10
    assert all(isinstance(json.loads(line), dict) for line in lines)
    assert hand.page.get_by_role("button", name="Sign:").count() == 0


def test_the_applicant_fills_in_attests_and_submits(hand: Hand, site: Site, paper: Path) -> None:
    number = number_of(site.store, "initial_appointment", "draft")
    hand.sign_in("solheim")
    hand.press("link", "Ingeborg Solheim")
    hand.press("link", "Application")
    form = hand.page.locator("form.answers")
    for label in ("Specialty", "State of licensure", "License number", "Professional liability carrier"):
        hand.fill(label, "As stated", within=form)
    hand.fill("License valid until", "2028-01-31", within=form)
    for group, cells in ROWS.items():
        row = form.get_by_role("group", name=re.compile(f"^{group}.*, row 1$"))
        for column, text in cells.items():
            hand.fill(column, text, within=row)
    for choice in ("Certified", "None", "Able"):
        hand.tick(choice, within=form)
    for name in ("insurance_certificate", "photo_id"):
        hand.attach(form.locator(f"#item-{name}"), paper)
    hand.press("button", "Save", within=form)
    hand.reads("Saved: 13 answers.")
    hand.choose("Delineation form", "internal_medicine")
    hand.press("button", "Show the form")
    hand.tick("Strike out: Lumbar puncture")
    hand.press("button", "Save the privileges")
    hand.reads("The choice of privileges is saved")
    hand.tick("I attest to this")
    hand.press("button", "Sign the attestation")
    hand.reads("Your attestation is signed")
    hand.press("link", "Submit the application")
    hand.press("button", "Sign: Submit the application")
    hand.reads("Received")
    assert state_of(site, number) == "intake"


def test_members_recuse_vote_and_carry(hand: Hand, site: Site) -> None:
    number = number_of(site.store, "initial_appointment", "department_review")
    facts = {"category": "streamlined", "reasons": REASONS}
    verbs.do(site.store, Act("whitfield", now=NOW), case_id(number), "recommend", facts=facts)
    members_vote(hand, number, ("castellanos", "okafor"), move="Recommend")
    hand.sign_in("lindqvist")
    hand.go(f"/cases/{number}/vote")
    hand.tick("Yes: I leave this case at once")
    hand.fill("If yes, which", "My practice partner")
    hand.press("button", "Continue")
    hand.page.wait_for_url("**/recused")
    hand.go(f"/cases/{number}")
    hand.sees("Not yours to see or do")
    closes(hand, number, "castellanos")
    assert state_of(site, number) == "executive_review"


def test_the_board_grants(hand: Hand, site: Site) -> None:
    number = number_of(site.store, "initial_appointment", "board_review")
    told = {"method": "website", "verified_on": NOW[:10]}
    verbs.verify(site.store, Act("ortiz", now=NOW), case_id(number), "exclusions", **told)
    members_vote(hand, number, ("fitzgerald", "greenbaum", "tallchief"), move="Appoint and grant", ends="2028-11-23")
    closes(hand, number, "fitzgerald")
    assert state_of(site, number) == "granted"


def members_vote(hand: Hand, number: str, members: tuple[str, ...], *, move: str, ends: str = "") -> None:
    """Each declares; the first moves, all vote for, the first closes."""
    for place, member in enumerate(members):
        hand.sign_in(member)
        hand.go(f"/cases/{number}/vote")
        if hand.page.get_by_role("heading", name="Do you have a conflict").count():
            hand.tick("None")
            hand.press("button", "Continue")
        hand.sees("Summary")
        if place == 0:
            hand.press("link", f"Move: {move}")
            if ends:
                hand.fill("Term ends", ends)
            hand.press("button", f"Move: {move}")
            hand.reads("It is open to the vote")
        hand.tick("For")
        hand.fill("Reason", "On the packet")
        hand.press("button", "Sign and vote")
        hand.reads("Your vote is recorded")


def closes(hand: Hand, number: str, chair: str) -> None:
    """The chair sees the arithmetic and closes."""
    hand.sign_in(chair)
    hand.go(f"/cases/{number}/vote")
    hand.press("link", "Close the vote")
    hand.sees("The count")
    hand.reads("Result: Carried.")
    hand.press("button", "Sign and close the vote")
    hand.page.wait_for_url("**/vote*")
