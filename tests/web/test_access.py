"""Who gets in where: every route, every kind of reader; a case within reach, one out of it, one that is not there."""

from __future__ import annotations

import pytest
from doors import ABOUT_A_CASE, ACTORS, CANARIES, ENDS_A_SESSION, NO_CASE, ROWS, Office, browser_for, doors, every_page
from flask import Flask


def test_every_route_has_its_row(app: Flask) -> None:
    assert doors(app) - {row.name for row in ROWS} == set(), "routes without a row in TABLE"
    assert {row.name for row in ROWS} - doors(app) == set(), "rows without a route"


@pytest.mark.parametrize("actor", [name for name, _ in ACTORS])
def test_each_reader_gets_what_the_table_says(there: Flask, office: Office, actor: str) -> None:
    browser, case = browser_for(there, actor), office.case.partition("/")[2]
    last = [row for row in ROWS if row.endpoint in ENDS_A_SESSION]
    wrong = {}
    for row in [row for row in ROWS if row not in last] + last:
        status, _ = row.ask(browser, office, case)
        if status != row.expected[actor]:
            wrong[str(row)] = f"{status}, not {row.expected[actor]}"
        if row.endpoint in ENDS_A_SESSION and actor not in ("ano", "clo"):
            browser.sign_in(dict(ACTORS)[actor])
    assert wrong == {}


@pytest.mark.parametrize("actor", [name for name, _ in ACTORS if name not in ("ano", "clo")])
def test_a_case_out_of_reach_answers_as_one_that_is_not_there(there: Flask, office: Office, actor: str) -> None:
    browser = browser_for(there, actor)
    strange = office.case if actor == "els" else office.elsewhere
    for row in ABOUT_A_CASE:
        out = row.ask(browser, office, strange.partition("/")[2])
        missing = row.ask(browser, office, NO_CASE)
        assert (row.name, *out) == (row.name, *missing)
        assert out[0] == 404, row.name


@pytest.mark.parametrize("actor", ["rec", "oth", "app", "for", "cho", "els", "adm", "ano"])
def test_no_page_shows_a_secret_to_whom_it_is_secret(there: Flask, office: Office, actor: str) -> None:
    for path, text in every_page(browser_for(there, actor), office):
        assert not [canary for canary in CANARIES if canary in text], path


@pytest.mark.parametrize("actor", ["coo", "mem", "aud"])
def test_the_secrets_are_there_for_those_who_review(there: Flask, office: Office, actor: str) -> None:
    """Else the test above would find nothing because there is nothing."""
    pages = dict(every_page(browser_for(there, actor), office)).values()
    assert {canary for canary in CANARIES if any(canary in page for page in pages)} == set(CANARIES)
