"""Signing in and out: what ends a session, what a cookie is good for, how guessing is slowed."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from demo_office import HOST, SECRET, Browser, Clock
from doors import close_account
from flask import Flask
from sqlalchemy import select

from privileging.exchange.demo import PASSWORD, Demo
from privileging.exchange.demo_people import PHYSICIANS
from privileging.services import sessions
from privileging.services.people import person_id
from privileging.store import tables
from privileging.store.driver import Store
from web import create_app

People = Callable[[str], Browser]
COOKIE = "__Host-privileging"
WRONG = "not the password at all"


def cookie(browser: Browser) -> str:
    found = browser.get_cookie(COOKIE)
    assert found is not None
    return found.value


def replayed(app: Flask, value: str, path: str = "/") -> int:
    """What a browser gets that sends nothing but this cookie."""
    other = app.test_client(use_cookies=False)
    return other.get(path, headers={"Cookie": f"{COOKIE}={value}"}).status_code


def may_enter(app: Flask, value: str) -> bool:
    status = replayed(app, value)
    assert status in (200, 302)
    return status == 200


def test_a_cookie_is_dead_after_signing_out(app: Flask, client_as: People) -> None:
    ortiz = client_as("ortiz")
    kept = cookie(ortiz)
    assert may_enter(app, kept)
    assert ortiz.submit("/", "/sign-out").status_code == 302
    assert not may_enter(app, kept)
    assert not may_enter(app, cookie(ortiz) if ortiz.get_cookie(COOKIE) else "")


def test_a_cookie_is_dead_once_its_account_is_closed(app: Flask, client_as: People, demo_store: Store) -> None:
    kept = cookie(client_as("adeyemi"))
    close_account(demo_store, "adeyemi", person_id(PHYSICIANS["adeyemi"].npi))
    assert not may_enter(app, kept)


def test_a_closed_account_cannot_sign_in(anonymous: Browser, demo_store: Store) -> None:
    close_account(demo_store, "adeyemi", person_id(PHYSICIANS["adeyemi"].npi))
    assert anonymous.sign_in("adeyemi").status_code == 401


def test_a_cookie_is_dead_after_signing_in_anew(app: Flask, client_as: People) -> None:
    ortiz = client_as("ortiz")
    kept = cookie(ortiz)
    assert ortiz.sign_in("ortiz").status_code == 302
    assert cookie(ortiz) != kept
    assert not may_enter(app, kept)


def test_a_cookie_is_dead_after_changing_places(app: Flask, client_as: People) -> None:
    ortiz = client_as("ortiz")
    kept = cookie(ortiz)
    assert ortiz.submit("/", "/switch", account="quigley").status_code == 302
    assert may_enter(app, cookie(ortiz))
    assert not may_enter(app, kept)


def test_proving_again_gives_a_new_token_and_ends_the_old(app: Flask, client_as: People) -> None:
    ortiz = client_as("ortiz")
    kept = cookie(ortiz)
    assert ortiz.submit("/prove", "/prove", password=PASSWORD).status_code == 302
    assert may_enter(app, cookie(ortiz))
    assert not may_enter(app, kept)


def test_a_wrong_proof_keeps_the_session_as_it_is(app: Flask, client_as: People) -> None:
    ortiz = client_as("ortiz")
    assert ortiz.submit("/prove", "/prove", password=WRONG).status_code == 401
    assert may_enter(app, cookie(ortiz))


def test_after_thirty_idle_minutes_one_signs_in_again(app: Flask, client_as: People, clock: Clock) -> None:
    kept = cookie(client_as("ortiz"))
    clock.forward(minutes=30)
    assert may_enter(app, kept)
    clock.forward(minutes=30, seconds=1)
    assert not may_enter(app, kept)


def test_after_twelve_hours_one_signs_in_again_however_busy(app: Flask, client_as: People, clock: Clock) -> None:
    kept = cookie(client_as("ortiz"))
    for _ in range(24 * 2):
        clock.forward(minutes=15)
        assert may_enter(app, kept)
    clock.forward(seconds=1)
    assert not may_enter(app, kept)


def test_a_signature_needs_a_proof_of_the_last_fifteen_minutes(
    client_as: People, clock: Clock, case_number: Callable[..., str]
) -> None:
    number = case_number("reappointment", "department_review")
    page, send = f"/cases/{number}/do/return_file", "/do/return_file"
    chief = client_as("marchetti")
    clock.forward(minutes=15, seconds=1)
    refused = chief.submit(page, send, **{"fact-reasons": "The volume is missing", "password": ""})
    assert refused.status_code == 403
    assert "give your password" in refused.text
    assert chief.submit(page, send, **{"fact-reasons": "The volume is missing", "password": WRONG}).status_code == 403
    done = chief.submit(page, send, **{"fact-reasons": "The volume is missing", "password": PASSWORD})
    assert done.status_code == 302


def test_every_cookie_is_for_this_host_and_for_no_script(client_as: People, anonymous: Browser) -> None:
    answers = [anonymous.get("/sign-in"), anonymous.sign_in("ortiz"), anonymous.submit("/", "/sign-out")]
    given = [line for answer in answers for line in answer.headers.getlist("Set-Cookie")]
    assert given
    for line in given:
        assert line.startswith(f"{COOKIE}=")
        parts = {part.strip() for part in line.split(";")[1:]}
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= parts
        assert not [part for part in parts if part.startswith("Domain")]


def test_the_cookie_and_the_database_do_not_hold_the_same(client_as: People, demo_store: Store) -> None:
    client_as("ortiz")
    with demo_store.reader.connect() as connection:
        kept = connection.execute(select(tables.web_session)).mappings().all()
    assert kept
    assert all(re.fullmatch("[0-9a-f]{64}", row["token_sha256"]) for row in kept)


# Guessing ------------------------------------------------------------------------------------------------------------


def fail(browser: Browser, account: str, times: int, address: str = "10.0.0.1") -> list[int]:
    tried = [
        browser.sign_in(account, WRONG, environ_overrides={"REMOTE_ADDR": address}).status_code for _ in range(times)
    ]
    return tried


@pytest.fixture
def guess(app: Flask) -> Callable[..., int]:
    """``guess("ortiz", WRONG, "10.0.0.7")``: the status of one try from one address."""

    def tried(account: str, password: str, address: str) -> int:
        browser = app.test_client()
        page = browser.get("/sign-in", base_url=HOST)
        token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
        assert token
        sent = {"csrf_token": token[1], "account": account, "password": password, "next": "/"}
        answer = browser.post(
            "/sign-in", data=sent, headers={"Referer": f"{HOST}/sign-in"}, environ_overrides={"REMOTE_ADDR": address}
        )
        return answer.status_code

    return tried


def test_five_tries_are_free_then_the_waits_grow(guess: Callable[..., int], clock: Clock) -> None:
    assert [guess("ortiz", WRONG, f"10.0.0.{n}") for n in range(5)] == [401] * 5
    for minutes in (1, 2, 4, 8, 15, 15):
        assert guess("ortiz", PASSWORD, "10.0.1.1") == 429
        clock.forward(minutes=minutes, seconds=-1)
        assert guess("ortiz", PASSWORD, "10.0.1.1") == 429
        clock.forward(seconds=1)
        assert guess("ortiz", WRONG, "10.0.1.1") == 401
    clock.forward(minutes=15)
    assert guess("ortiz", PASSWORD, "10.0.1.1") == 302


def test_the_wait_is_told(anonymous: Browser) -> None:
    for _ in range(5):
        anonymous.sign_in("ortiz", WRONG)
    waiting = anonymous.sign_in("ortiz", WRONG)
    assert waiting.status_code == 429
    assert 0 < int(waiting.headers["Retry-After"]) <= 61


def test_another_account_is_not_held_up(guess: Callable[..., int]) -> None:
    for number in range(6):
        guess("ortiz", WRONG, f"10.0.0.{number}")
    assert guess("quigley", PASSWORD, "10.0.0.1") == 302


def test_an_address_that_fails_on_many_accounts_must_wait(guess: Callable[..., int]) -> None:
    assert [guess(f"nobody{number}", WRONG, "10.0.0.1") for number in range(50)] == [401] * 50
    assert guess("ortiz", PASSWORD, "10.0.0.1") == 429
    assert guess("ortiz", PASSWORD, "10.0.0.2") == 302


def test_failures_are_forgotten_after_an_hour_without(guess: Callable[..., int], clock: Clock) -> None:
    for _ in range(3):
        for number in range(4):
            assert guess(f"nobody{number}", WRONG, "10.0.0.1") == 401
        clock.forward(hours=1)
    assert guess("ortiz", PASSWORD, "10.0.0.1") == 302


def test_an_unknown_name_answers_as_a_wrong_password(anonymous: Browser, demo_store: Store) -> None:
    close_account(demo_store, "adeyemi", person_id(PHYSICIANS["adeyemi"].npi))
    told = [anonymous.sign_in(account, WRONG) for account in ("ortiz", "nobody", "adeyemi")]
    assert {answer.status_code for answer in told} == {401}
    plain = {re.sub(r'value="[^"]*"', "", answer.text) for answer in told}
    assert len(plain) == 1


def test_an_unknown_names_password_is_compared_too(
    anonymous: Browser, monkeypatch: pytest.MonkeyPatch, demo_store: Store
) -> None:
    """Else the time it takes would tell who has an account."""
    compared: list[str] = []
    from privileging.services import people

    verify = people._hasher.verify

    class Watched:
        def verify(self, hashed: str, password: str) -> bool:
            compared.append(hashed)
            return verify(hashed, password)

        def hash(self, password: str) -> str:
            return verify.__self__.hash(password)  # type: ignore[attr-defined, no-any-return]

    monkeypatch.setattr(people, "_hasher", Watched())
    anonymous.sign_in("nobody", WRONG)
    assert len(compared) == 1


@pytest.mark.parametrize("password", ["x" * 4_096, "x" * 100_000, "\x00", "ü" * 40, " "])
def test_any_password_is_answered_in_the_same_way(anonymous: Browser, password: str) -> None:
    assert anonymous.sign_in("ortiz", password).status_code == 401


# Where signing in leads ----------------------------------------------------------------------------------------------

ABROAD = (
    "https://evil.example",
    "http://evil.example/",
    "//evil.example",
    "///evil.example",
    "////evil.example/x",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\\/evil.example",
    "//evil.example@localhost",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "//localhost@evil.example/",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "/\t/evil.example",
    "/\n/evil.example",
    "/%0d%0aLocation: https://evil.example\r\n",
    "\t//evil.example",
    " //evil.example",
    "evil.example",
    "@evil.example",
    "//evil%E3%80%82example",
    "/​/evil.example",
    "//[::1]/",
    "ftp://evil.example",
)


@pytest.mark.parametrize("target", ABROAD)
def test_signing_in_leads_nowhere_else(anonymous: Browser, target: str) -> None:
    answer = anonymous.sign_in("ortiz", next=target)
    assert answer.status_code == 302
    location = answer.headers["Location"]
    assert re.match(r"/(?![/\\])", location)
    assert "\\" not in location
    assert not re.search(r"[\x00-\x20]", location)


def test_signing_in_leads_back_to_where_one_was_going(anonymous: Browser) -> None:
    sent = anonymous.get("/?bucket=overdue&workflow=reappointment")
    assert sent.status_code == 302
    answer = anonymous.submit(sent.headers["Location"], "/sign-in", account="ortiz", password=PASSWORD)
    assert answer.headers["Location"] == "/?bucket=overdue&workflow=reappointment"


# Doors that stay shut ------------------------------------------------------------------------------------------------


def test_nobody_is_signed_out_by_a_link(client_as: People) -> None:
    ortiz = client_as("ortiz")
    assert ortiz.get("/sign-out").status_code == 405
    assert ortiz.get("/").status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "evil.example:443", "127.0.0.2"])
def test_another_host_name_is_refused(anonymous: Browser, host: str) -> None:
    answer = anonymous.get("/sign-in", base_url=f"https://{host}")
    assert answer.status_code == 400
    assert host not in answer.text


def test_the_host_names_given_are_answered(demo_store: Store, clock: Clock) -> None:
    app = create_app(demo_store, secret=SECRET, now=clock, hosts=["office.example"])
    assert app.test_client().get("/sign-in", base_url="https://office.example").status_code == 200


def test_nobody_changes_places_outside_a_demo(demo_store: Store, clock: Clock) -> None:
    app = create_app(demo_store, secret=SECRET, now=clock)
    app.test_client_class = Browser
    browser = app.test_client()
    assert isinstance(browser, Browser)
    assert browser.sign_in("okafor").status_code == 302
    assert browser.send("/switch", {"account": "ortiz"}).status_code == 404
    assert "Demo data" not in browser.get("/").text


def test_only_a_demos_accounts_can_be_switched_to(
    app: Flask, client_as: People, demo_template: tuple[object, Demo]
) -> None:
    assert client_as("okafor").send("/switch", {"account": "nobody"}).status_code == 404


def test_a_short_secret_is_refused(demo_store: Store) -> None:
    with pytest.raises(ValueError, match="shorter than 32"):
        create_app(demo_store, secret="too short")


def test_a_cookie_signed_with_another_secret_opens_nothing(app: Flask, demo_store: Store, clock: Clock) -> None:
    other = create_app(demo_store, secret="another secret, of forty letters or more!", now=clock)
    other.test_client_class = Browser
    browser = other.test_client()
    assert isinstance(browser, Browser)
    browser.sign_in("ortiz")
    assert may_enter(other, cookie(browser))
    assert not may_enter(app, cookie(browser))


def test_a_session_outlives_a_busy_moment(demo_store: Store, clock: Clock) -> None:
    token = sessions.sign_in(demo_store, "ortiz", PASSWORD, "10.0.0.1", now=clock())
    clock.forward(minutes=5)
    with demo_store.writing():
        assert sessions.session_of(demo_store, token, now=clock())


def test_asking_for_the_head_of_the_sign_in_page_is_no_try(anonymous: Browser) -> None:
    assert [anonymous.head("/sign-in").status_code for _ in range(7)] == [200] * 7
