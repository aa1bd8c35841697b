"""People: staff look practitioners up, enter one by hand, import replies of the NPI Registry after a preview."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from demo_office import Browser, form_of
from werkzeug.test import TestResponse

from privileging.engine.values import Person
from privileging.errors import NotFound
from privileging.queries.history import history
from privileging.queries.loading import person_of
from privileging.store.driver import Store
from web import imports

People = Callable[[str], Browser]
NEW, SECOND = "1234567893", "2000000051"
BY_HAND = {"npi": NEW, "given": "Quilla", "family": "Testfern", "credential": "MD", "specialty": "Internal Medicine"}


def result(npi: str, **basic: str) -> dict[str, Any]:
    stated = {"first_name": "QUILLA", "last_name": "TESTFERN", "credential": "M.D.", "status": "A"}
    care = {"code": "207R00000X", "desc": "Internal Medicine", "primary": True, "state": "OH", "license": "35.1"}
    dated = {"last_updated": "2024-02-29"}
    return {"enumeration_type": "NPI-1", "number": npi, "basic": stated | dated | basic, "taxonomies": [care]}


def reply(*results: dict[str, Any]) -> bytes:
    return json.dumps({"result_count": len(results), "results": list(results)}).encode()


def previewed(staff: Browser, *replies: bytes) -> TestResponse:
    files = [(BytesIO(content), f"page-{number}.json") for number, content in enumerate(replies, 1)]
    return staff.submit("/people/import", "/import", files={"files": files})


def confirmed(staff: Browser, preview: TestResponse, **changed: str) -> TestResponse:
    form = form_of(preview, "/confirm")
    return staff.post(form.action, data={**form.fields, **changed}, headers={"Referer": "https://localhost/people"})


def person(store: Store, npi: str) -> Person | None:
    with store.reading() as unit:
        try:
            return person_of(unit, f"person/npi-{npi}")
        except NotFound:
            return None


def test_people_are_for_staff_only(client_as: People) -> None:
    for account in ("adeyemi", "okafor", "quigley"):
        browser = client_as(account)
        assert ">People<" not in browser.get("/").text
        for path in ("/people", "/people/new", "/people/import", "/people/npi-2000001000"):
            assert browser.get(path).status_code == 403


def test_staff_find_a_practitioner_by_name_or_npi(client_as: People) -> None:
    staff = client_as("ortiz")
    assert ">People<" in staff.get("/").text
    for text in ("adeyemi", "2000001000"):
        found = staff.get(f"/people?q={text}").text
        assert "Folake Adeyemi" in found
        assert "1 practitioner for" in found
    assert "Nobody is found for" in staff.get("/people?q=nobody%25").text


def test_a_practitioner_has_grants_cases_and_a_way_to_open_one(client_as: People) -> None:
    page = client_as("ortiz").get("/people/npi-2000001000").text
    assert "NPI 2000001000" in page
    assert "208600000X" in page
    assert "Returned to the applicant" in page
    assert "27 Jan 2027" in page
    assert "/cases/open?practitioner=2000001000" in page


@pytest.mark.parametrize("name", ["nobody", "npi-9", "okafor", "2000001001"])
def test_who_is_no_practitioner_is_not_found(client_as: People, name: str) -> None:
    assert client_as("ortiz").get(f"/people/{name}").status_code == 404


def test_staff_enter_a_practitioner_by_hand(client_as: People, demo_store: Store) -> None:
    done = client_as("ortiz").submit("/people/new", "/new", **BY_HAND, code="207R00000X", middle=" J. ")
    assert done.headers["Location"] == f"/people/npi-{NEW}"
    known = person(demo_store, NEW)
    assert known is not None
    assert (known.name, known.record["taxonomies"]) == (
        "Quilla J. Testfern",
        [{"code": "207R00000X", "title": "Internal Medicine", "primary": True, "state": "", "license": ""}],
    )
    with demo_store.reading() as unit:
        assert {entry.actor for entry in history(unit, f"person/npi-{NEW}")} == {"person/ortiz"}


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"npi": "1234567890"}, "the check digit should be 3"),
        ({"npi": "12345"}, "an NPI is ten digits"),
        ({"family": "   "}, "Family name: is needed"),
        ({"code": "surgery"}, "a NUCC code is ten capitals or digits"),
        ({"npi": "2000001000"}, "Folake Adeyemi is entered already"),
    ],
)
def test_what_cannot_be_entered_is_told_at_its_field(
    client_as: People, demo_store: Store, wrong: dict[str, str], why: str
) -> None:
    told = client_as("ortiz").submit("/people/new", "/new", **{**BY_HAND, **wrong})
    assert told.status_code == 422
    assert why in told.text
    assert 'value="Quilla"' in told.text
    assert person(demo_store, NEW) is None


def test_entering_the_same_twice_does_it_once(client_as: People, demo_store: Store) -> None:
    staff = client_as("ortiz")
    answers = [staff.send("/people/new", {**BY_HAND, "key": "one-key"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    with demo_store.reading() as unit:
        assert len(history(unit, f"person/npi-{NEW}")) == 1


def test_a_preview_writes_nothing_and_its_confirmation_all_of_it(client_as: People, demo_store: Store) -> None:
    staff = client_as("ortiz")
    organization = {"enumeration_type": "NPI-2", "number": SECOND}
    seen = previewed(staff, reply(result(NEW), result("2000001000", first_name="FOLAKE", last_name="ADEYEMI-COLE")),
                     reply(organization), b"not json")  # fmt: skip
    assert "1 new, 1 changed, 0 as they were, 2 rejected" in seen.text
    assert "Adeyemi-Cole" in seen.text
    assert "an organization, not a practitioner" in seen.text
    assert "not JSON" in seen.text
    assert person(demo_store, NEW) is None
    assert confirmed(staff, seen).status_code == 302
    assert "Imported: 1 new, 1 changed." in staff.get("/people").text
    known, changed = person(demo_store, NEW), person(demo_store, "2000001000")
    assert known is not None
    assert changed is not None
    assert (known.name, changed.name) == ("Quilla Testfern", "Folake Adeyemi-Cole")


def test_a_second_confirmation_does_no_more(client_as: People, demo_store: Store) -> None:
    staff = client_as("ortiz")
    seen = previewed(staff, reply(result(NEW)))
    assert [confirmed(staff, seen).status_code for _ in range(2)] == [302, 302]
    with demo_store.reading() as unit:
        assert len(history(unit, f"person/npi-{NEW}")) == 1


def test_what_changed_since_the_preview_is_not_imported(client_as: People, demo_store: Store) -> None:
    staff = client_as("ortiz")
    seen = previewed(staff, reply(result(NEW), result(SECOND)))
    staff.submit("/people/new", "/new", **{**BY_HAND, "family": "Other"})
    told = confirmed(staff, seen)
    assert told.status_code == 409
    assert "preview again" in told.text
    assert person(demo_store, SECOND) is None


@pytest.mark.parametrize("sealed", ["", "forged", "eyJmaWxlcyI6W119.x.y"])
def test_only_what_was_previewed_here_can_be_confirmed(client_as: People, sealed: str) -> None:
    staff = client_as("ortiz")
    seen = previewed(staff, reply(result(NEW)))
    assert confirmed(staff, seen, sealed=sealed).status_code == 422


def test_a_preview_is_its_makers_own(client_as: People, demo_store: Store) -> None:
    seen = form_of(previewed(client_as("ortiz"), reply(result(NEW))), "/confirm").fields["sealed"]
    assert client_as("marchetti").send("/people/import/confirm", {"sealed": seen, "key": "k"}).status_code == 422
    assert person(demo_store, NEW) is None


def test_no_file_or_too_much_is_told(client_as: People, monkeypatch: pytest.MonkeyPatch) -> None:
    staff = client_as("ortiz")
    assert "choose at least one file" in staff.submit("/people/import", "/import").text.lower()
    monkeypatch.setattr(imports, "MOST_BYTES", 2_000)
    told = previewed(staff, b" " * 1_001, b" " * 1_000)
    assert told.status_code == 422
    assert "5 mb" in told.text.lower()


def test_texts_of_a_reply_are_shown_as_text(client_as: People) -> None:
    seen = previewed(client_as("ortiz"), reply(result(NEW, last_name="<script>alert(1)</script>")))
    assert "<script>" not in seen.text
