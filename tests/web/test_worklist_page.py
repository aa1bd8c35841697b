"""The worklist: what is mine, what is not, in words for whoever reads."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from demo_office import Browser

People = Callable[[str], Browser]


def shown(browser: Browser, address: str = "/") -> str:
    """The page without its frame, which in a demo names everybody."""
    return browser.get(address).text.split("<main")[1]


def test_a_coordinator_sees_what_waits_for_them_soonest_due_first(client_as: People) -> None:
    page = shown(client_as("ortiz"), "/")
    assert page.index("Bronwyn Llewellyn") < page.index("Cormac Delahunt")
    assert page.count("<strong>you</strong>") == 5


def test_a_substitute_sees_the_case_whose_own_chair_must_not_act(client_as: People) -> None:
    page = shown(client_as("marchetti"), "/")
    assert "Achieng Odhiambo" in page
    assert "<strong>you</strong>" in page


def test_a_chairs_own_case_is_not_the_chairs_work(client_as: People) -> None:
    assert "Department review" not in shown(client_as("odhiambo"), "/")


def test_an_applicant_is_told_where_it_stands_in_public_words(client_as: People) -> None:
    page = shown(client_as("karahan"), "/?bucket=others")
    assert "Awaiting decision" in page
    assert "Governing board" not in page


def test_a_member_recused_from_a_case_does_not_find_it(client_as: People) -> None:
    assert "Esteban Villarreal" in shown(client_as("okafor"), "/")
    assert "Esteban Villarreal" not in shown(client_as("lindqvist"), "/")


@pytest.mark.parametrize("bucket", ["mine", "others", "due_soon", "overdue", "before_a_body", "ended", "nonsense"])
def test_every_bucket_answers(client_as: People, bucket: str) -> None:
    assert client_as("quigley").get(f"/?bucket={bucket}").status_code == 200


def test_filters_stand_in_the_address_and_narrow_the_list(client_as: People) -> None:
    page = shown(client_as("ortiz"), "/?bucket=others&workflow=reappointment&department=emergency")
    assert "Achieng Odhiambo" in page
    assert "Initial appointment and clinical privileges <small>" not in page


def test_pages_follow_one_another_without_showing_a_case_twice(client_as: People) -> None:
    browser = client_as("quigley")
    first = shown(browser, "/?bucket=ended")
    link = re.search(r'href="([^"]*after=[^"]*)"', first)
    assert link
    second = shown(browser, link[1].replace("&amp;", "&"))
    assert not set(re.findall(r'href="/cases/([\d.-]+)"', first)) & set(re.findall(r'href="/cases/([\d.-]+)"', second))


def test_an_administrator_reads_that_a_case_exists_and_not_whose(client_as: People) -> None:
    page = shown(client_as("feldman"), "/?bucket=others")
    assert "Case 2026-" in page
    assert "Esteban Villarreal" not in page
