"""Every page, wide and narrow, light and dark: nothing for axe to find, nothing wider than the window, no complaint."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from demo_office import number_of
from hands import Hand, Site

STANDARD = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
NARROWEST = {"width": 320, "height": 740}
MOST_STOPS = 60
# Chromium draws the focus inside a field for a day itself.
FOCUS = """() => {
    const el = document.activeElement, look = getComputedStyle(el);
    const outlined = look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) > 0;
    return {end: el === document.body, shows: outlined || /^date/.test(el.type), html: el.outerHTML.slice(0, 120)};
}"""
SMALL = """() => [...document.querySelectorAll('button, select, summary, a.button, nav a, textarea, input')]
    .filter(el => el.offsetParent && el.tabIndex >= 0 && !['radio', 'checkbox', 'hidden'].includes(el.type))
    .filter(el => el.getBoundingClientRect().height < 24 || el.getBoundingClientRect().width < 24)
    .map(el => el.outerHTML.slice(0, 120))"""
SIZES = ({"width": 1280, "height": 900}, {"width": 360, "height": 740})
# Who looks at which page; {state} stands for the number of an initial appointment that rests there.
PAGES = {
    "ortiz": (
        "/",
        "/?bucket=others",
        "/?bucket=nothing",
        "/cases/{verification}",
        "/cases/{verification}/do/complete",
        "/cases/{verification}/application",
        "/cases/{verification}/history",
        "/cases/{committee_review}/diagram",
        "/cases/{granted}",
        "/cases/open",
        "/people",
        "/people/new",
        "/people/import",
        "/workflows",
        "/workflows/fair_hearing",
        "/no-such-page",
        "/?bucket=ended",
        "/cases/{verification}/do/request_information",
        "/cases/{verification}/application?edit=1",
        "/people/npi-2000000002",
    ),
    "whitfield": ("/", "/cases/{department_review}", "/cases/{department_review}/do/recommend"),
    "okafor": ("/cases/{committee_review}/vote", "/cases/2026-99999"),
    "lindqvist": ("/cases/{committee_review}",),
    "feldman": ("/", "/cases/{draft}/diagram"),
    "castellanos": ("/cases/{committee_review}/vote", "/cases/{committee_review}/vote/close"),
    "fitzgerald": ("/cases/{board_review}/vote", "/cases/{board_review}/vote/move/approve"),
    "tallchief": ("/cases/{board_last_word}/vote", "/recused"),
    "quigley": ("/history", "/history/reads", "/cases/{denied}/history", "/cases/{granted}/history?upto=5"),
    "solheim": ("/", "/cases/{draft}", "/cases/{draft}/application?form=internal_medicine", "/prove"),
}


@pytest.fixture(scope="module")
def numbers(shared_site: Site) -> dict[str, str]:
    states = {part for pages in PAGES.values() for page in pages for part in page.split("{")[1:]}
    names = {part.split("}")[0] for part in states}
    return {name: number_of(shared_site.store, "initial_appointment", name) for name in names}


@pytest.fixture(params=list(PAGES))
def looker(request: pytest.FixtureRequest, chromium_browser: Any, shared_site: Site) -> Iterator[tuple[Hand, str]]:
    context = chromium_browser.new_context(locale="en-US", viewport=SIZES[0])
    person = Hand(context.new_page(), shared_site.url)
    person.sign_in(request.param)
    yield person, request.param
    context.close()


def test_no_page_has_a_fault(looker: tuple[Hand, str], numbers: dict[str, str]) -> None:
    person, account = looker
    found = [fault for page in PAGES[account] for fault in faults(person, page.format(**numbers))]
    assert found + person.faults == []


def test_every_page_has_one_heading_a_title_and_a_language(looker: tuple[Hand, str], numbers: dict[str, str]) -> None:
    person, account = looker
    for page in PAGES[account]:
        person.go(page.format(**numbers))
        assert person.page.locator("h1").count() == 1, page
        assert person.page.evaluate("document.documentElement.lang") == "en", page
        assert person.page.title().endswith("· Privileging"), page


def test_where_the_focus_is_always_shows(looker: tuple[Hand, str], numbers: dict[str, str]) -> None:
    person, account = looker
    for page in PAGES[account]:
        person.go(page.format(**numbers))
        for _ in range(MOST_STOPS):
            person.page.keyboard.press("Tab")
            at = person.page.evaluate(FOCUS)
            if at["end"]:
                break
            assert at["shows"], f"{page}: {at['html']}"


def test_what_is_pressed_is_large_enough_for_a_thumb(looker: tuple[Hand, str], numbers: dict[str, str]) -> None:
    """WCAG 2.5.8: 24 by 24 pixels; links in sentences, and boxes with a label beside them, are apart."""
    person, account = looker
    person.page.set_viewport_size(SIZES[1])
    for page in PAGES[account]:
        person.go(page.format(**numbers))
        assert person.page.evaluate(SMALL) == [], page


def test_the_sign_in_page_has_no_fault(chromium_browser: Any, shared_site: Site) -> None:
    person = Hand(chromium_browser.new_page(), shared_site.url)
    assert list(faults(person, "/sign-in")) == []
    person.page.close()


def test_a_planted_fault_is_found(chromium_browser: Any, shared_site: Site) -> None:
    person = Hand(chromium_browser.new_page(), shared_site.url)
    person.page.set_content("<html lang=en><title>x</title><body><img src=x><div style='width:2000px'>wide</div>")
    found = " ".join(faults_here(person, "planted"))
    assert "image-alt" in found
    assert "planted is wider than 360 px" in found
    person.page.close()


def faults(person: Hand, path: str) -> Iterator[str]:
    """What is wrong with a page in any of its four looks."""
    person.go(path)
    yield from faults_here(person, path)


def faults_here(person: Hand, path: str) -> Iterator[str]:
    for size in (*SIZES, NARROWEST):
        person.page.set_viewport_size(size)
        if person.page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            yield f"{path} is wider than {size['width']} px"
        for scheme in ("light", "dark") if size in SIZES else ():
            person.page.emulate_media(color_scheme=scheme)
            for violation in Axe().run(person.page, options=STANDARD).response["violations"]:
                where = [node["target"] for node in violation["nodes"]][:3]
                yield f"{path} at {size['width']} px, {scheme}: {violation['id']} {where}"
    person.page.set_viewport_size(SIZES[0])
