"""What every page keeps to: tokens, headers, no inline code, errors that tell nothing, nothing typed is lost."""

from __future__ import annotations

import html
import json
import re
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from demo_office import HOST, Browser, Form, forms
from doors import ENDS_A_SESSION, ROWS, Office, Row, browser_for, values
from flask import Flask
from sqlalchemy import func, select

from privileging.store import tables
from privileging.store.driver import Store
from privileging.store.evidence import LARGEST

People = Callable[[str], Browser]
Numbers = Callable[..., str]
TEMPLATES = sorted((Path(__file__).parents[2] / "web" / "templates").rglob("*"))
NAUGHTY = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}{% raw %}",
    "${7*7} #{7*7} %s %d %n",
    "'; DROP TABLE event; --",
    "\x00",
    "a\x00b",
    "﷽ \u202egnp.exe \u200b\ufeff",
    "Ω≈ç√∫ 田中さん 👩‍⚕️",
    "../../../../etc/passwd",
    "9" * 400,
    "-1",
    "9" * 5_000,
    "\r\nSet-Cookie: a=b",
    "x" * 20_000,
    "\\",
    "nan",
    "0x10",
    "٣",
    "2026-02-30",
    "true",
    "[]",
    " ",
)
BLNS = Path(__file__).parents[3] / "shared" / "data" / "blns.json"
UNKNOWN = ("state", "version", "actor", "recorded_at", "account", "role", "is_admin")


def filled(row: Row, office: Office) -> str:
    return row.path.format(**values(office, office.case.partition("/")[2]))


# Requests that were not meant ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", [row for row in ROWS if row.method == "POST"], ids=str)
def test_no_unsafe_request_without_the_pages_token(there: Flask, office: Office, row: Row) -> None:
    browser = browser_for(there, "coo")
    for sent in ({}, {"csrf_token": "made up"}):
        assert browser.post(filled(row, office), data=sent, headers={"Referer": HOST}).status_code == 400


def test_another_sessions_token_is_none(client_as: People) -> None:
    token, ortiz = client_as("quigley").token(), client_as("ortiz")
    assert ortiz.post("/sign-out", data={"csrf_token": token}, headers={"Referer": HOST}).status_code == 400


@pytest.mark.parametrize("referrer", ["https://evil.example/", ""])
def test_a_token_sent_from_elsewhere_is_refused(client_as: People, referrer: str) -> None:
    ortiz = client_as("ortiz")
    assert ortiz.post("/sign-out", data={"csrf_token": ortiz.token()}, headers={"Referer": referrer}).status_code == 400


def counts(store: Store) -> dict[str, int]:
    private = {"web_session", "access_log", "sign_in_failure"}
    with store.reader.connect() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in tables.metadata.sorted_tables
            if table.name not in private
        }


@pytest.mark.parametrize("actor", ["coo", "aud", "mem", "app", "adm", "ano"])
def test_looking_changes_nothing(there: Flask, office: Office, actor: str) -> None:
    store, browser = there.extensions["desk"].store, browser_for(there, actor)
    before = counts(store)
    for row in ROWS:
        if row.method == "GET":
            browser.get(filled(row, office))
            browser.head(filled(row, office))
            browser.options(filled(row, office))
    assert counts(store) == before


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
def test_other_methods_are_refused(client_as: People, method: str) -> None:
    assert client_as("ortiz").open("/", method=method).status_code in (400, 405)


# What every answer says ----------------------------------------------------------------------------------------------


def test_every_answer_carries_the_headers(there: Flask, office: Office) -> None:
    coordinator, nobody = browser_for(there, "coo"), browser_for(there, "ano")
    paths = [filled(row, office) for row in ROWS if row.method == "GET" and row.endpoint not in ENDS_A_SESSION]
    answers = [browser.get(path) for browser in (coordinator, nobody) for path in (*paths, "/nothing", "/sign-out")]
    answers += [coordinator.post("/sign-out"), coordinator.send("/prove"), nobody.get("/static/nothing.css")]
    for answer in answers:
        about = f"{answer.status_code} {answer.request.path}"
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy or "default-src 'none'" in policy, about
        assert "unsafe" not in policy, about
        for part in ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"):
            assert part in policy or policy.startswith("default-src 'none'"), about
        assert answer.headers["X-Content-Type-Options"] == "nosniff", about
        assert answer.headers["Referrer-Policy"] == "same-origin", about
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000", about
        if not answer.request.path.startswith("/static/"):
            assert answer.headers["Cache-Control"] == "no-store", about
            assert "Cookie" in answer.headers["Vary"], about


def test_signing_out_clears_what_the_browser_keeps(client_as: People) -> None:
    assert client_as("ortiz").submit("/", "/sign-out").headers["Clear-Site-Data"] == '"cache", "storage"'


def test_over_plain_http_nothing_is_said_of_tls(anonymous: Browser) -> None:
    assert "Strict-Transport-Security" not in anonymous.get("/sign-in", base_url="http://localhost").headers


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_inline_style_or_script(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"\son[a-z]+\s*=", text)
    assert not re.search(r"<style|javascript:", text)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text))
    assert not re.search(r"\|\s*safe\b|autoescape\s+false", text)


def test_every_text_page_is_escaped(app: Flask) -> None:
    for path in TEMPLATES:
        assert app.jinja_env.autoescape is True or app.select_jinja_autoescape(path.name), path.name


# Errors --------------------------------------------------------------------------------------------------------------


def test_an_unforeseen_error_is_a_page_with_an_id_and_no_trace(
    app: Flask, client_as: People, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ortiz = client_as("ortiz")

    def fails() -> str:
        raise RuntimeError("the inside of it")

    monkeypatch.setitem(app.view_functions, "worklist.page", fails)
    answer = ortiz.get("/")
    assert answer.status_code == 500
    reference = re.search(r"reference ([0-9a-f]{8})", answer.text)
    assert reference
    assert reference[1] in caplog.text
    for word in ("Traceback", "the inside of it", "RuntimeError", ".py"):
        assert word not in answer.text


@pytest.mark.parametrize(("path", "code"), [("/nothing", 404), ("/sign-out", 405), ("/cases/2026-99999", 404)])
def test_errors_look_like_pages(client_as: People, anonymous: Browser, path: str, code: int) -> None:
    for browser in (client_as("ortiz"), anonymous):
        answer = browser.get(path)
        if answer.status_code == 302:
            continue
        assert answer.status_code == code
        assert "<h1>" in answer.text
        assert re.search(r"reference [0-9a-f]{8}", answer.text)


def test_a_huge_upload_is_refused_with_a_page(client_as: People, case_number: Numbers) -> None:
    number = case_number("initial_appointment", "verification")
    for size in (LARGEST + 1, LARGEST + 2_000_000):
        upload = (BytesIO(b"%PDF-1.7 " + b"x" * size), "large.pdf")
        answer = client_as("ortiz").submit(f"/cases/{number}", "/verify", method="web site", files={"evidence": upload})
        answer.request.environ["wsgi.input"].close()
        assert answer.status_code == (422 if size == LARGEST + 1 else 413), answer.text
        assert "<h1>" in answer.text


def test_a_huge_form_is_refused_with_a_page(client_as: People, case_number: Numbers) -> None:
    number = case_number("initial_appointment", "verification")
    answer = client_as("ortiz").submit(f"/cases/{number}", "/verify", method="x", note="x" * 1_500_000)
    assert answer.status_code == 413
    assert "<h1>" in answer.text


def test_a_form_of_very_many_parts_is_refused(client_as: People) -> None:
    parts = {"csrf_token": "x", **{f"field{number}": "" for number in range(2_100)}}
    options = {"content_type": "multipart/form-data", "headers": {"Referer": HOST}}
    assert client_as("ortiz").post("/prove", data=parts, **options).status_code in (400, 413)


# What people type ----------------------------------------------------------------------------------------------------


def every_form(browser: Browser, office: Office) -> Iterator[tuple[str, Form]]:
    """Every form a reader meets on the pages of the table, each once."""
    met = set()
    for row in ROWS:
        if row.method == "GET" and row.endpoint != "static":
            path = filled(row, office)
            answer = browser.get(path)
            for form in forms(answer) if answer.status_code == 200 and answer.mimetype == "text/html" else []:
                key = (form.action, *sorted(form.offered))
                if key not in met and not form.action.endswith(("/sign-out", "/switch", "/sign-in")):
                    met.add(key)
                    yield path, form


@pytest.mark.parametrize("actor", ["coo", "app", "mem", "aud", "adm"])
def test_no_text_in_any_field_breaks_a_page(there: Flask, office: Office, actor: str) -> None:
    browser, asked = browser_for(there, actor), 0
    for page, form in list(every_form(browser, office)):
        own = {"csrf_token", "key", "seen", "password"}
        for text in NAUGHTY:
            sent = {name: text for name in form.offered - own} | {"csrf_token": form.fields.get("csrf_token", "")}
            if form.method == "get":
                answer = browser.get(form.action, query_string=sent)
            else:
                answer = browser.post(form.action, data=sent, headers={"Referer": HOST + page})
            asked += 1
            assert answer.status_code < 500, (form.action, text[:40], answer.status_code)
            assert "<script>alert" not in answer.text, form.action
            assert "<img src=x" not in answer.text, form.action
            assert "Set-Cookie: a=b" not in str(answer.headers)
    assert asked or actor in ("aud", "adm")


@pytest.mark.parametrize("actor", ["coo", "app", "mem"])
def test_no_count_or_number_that_a_page_sends_breaks_it(there: Flask, office: Office, actor: str) -> None:
    browser = browser_for(there, actor)
    for page, form in list(every_form(browser, office)):
        for name in form.offered & {"seen", "key"}:
            for text in ("", "-1", "x", "9" * 30, "9" * 5_000, "\x00", "٣", "1.5", "<script>alert(1)</script>"):
                if form.method == "post":
                    answer = browser.post(
                        form.action, data={**form.fields, name: text}, headers={"Referer": HOST + page}
                    )
                    assert answer.status_code < 500, (form.action, name, text[:40])


def test_no_address_breaks_a_page(there: Flask, office: Office) -> None:
    browser = browser_for(there, "coo")
    hostile = ["%00", "..%2f..%2fetc%2fpasswd", "%ff%fe", "'", "<script>", "9" * 5_000, "%ed%a0%80", "."]
    for row in ROWS:
        if row.method != "GET" or row.endpoint == "static":
            continue
        for text in hostile:
            path = re.sub(r"\{\w+\}", lambda _, text=text: text, row.path)
            assert browser.get(path).status_code < 500, path
            assert browser.get(f"{filled(row, office)}?after={text}&bucket={text}&q={text}").status_code < 500, row
            assert browser.get(f"{filled(row, office)}?at={text}&page={text}&kind={text}").status_code < 500, row


def naughty_lines() -> list[str]:
    lines = json.loads(BLNS.read_text()) if BLNS.exists() else []
    return [*NAUGHTY, *lines]


def test_what_is_kept_is_shown_as_it_was_typed(client_as: People, case_number: Numbers, demo_store: Store) -> None:
    """Four hundred naughty strings as notes of verifications: refused, or kept and shown back escaped."""
    number, ortiz = case_number("initial_appointment", "verification"), client_as("ortiz")
    token, told = ortiz.token(), {"name": "malpractice", "method": "letter", "verified_on": "2026-11-24"}
    kept: list[str] = []
    for text in naughty_lines():
        sent = {**told, "csrf_token": token, "outcome": "verified_with_concern", "note": text}
        answer = ortiz.post(f"/cases/{number}/verify", data=sent, headers={"Referer": HOST})
        assert answer.status_code in (302, 422), (text[:60], answer.status_code)
        if answer.status_code == 302:
            kept.append(text.strip())
    assert len(kept) > len(NAUGHTY) / 2
    page = ortiz.get(f"/cases/{number}").text
    pages = page + (ortiz.get(f"/cases/{number}/history").text if "/history" in page else "")
    for text in kept:
        if "<" in text and ">" in text:
            assert text not in pages


# The cases of every form with fields nobody offered ------------------------------------------------------------------


def test_a_field_the_form_does_not_have_is_refused(there: Flask, office: Office) -> None:
    for actor in ("coo", "app", "mem"):
        browser = browser_for(there, actor)
        for page, form in list(every_form(browser, office)):
            if form.method != "post" or form.action in ("/prove", "/sign-in"):
                continue
            for name in UNKNOWN:
                sent = {**form.fields, name: "1", "csrf_token": browser.token()}
                answer = browser.post(form.action, data=sent, headers={"Referer": HOST + page})
                assert answer.status_code == 422, (form.action, name, answer.status_code)


def test_a_field_sent_twice_is_refused(client_as: People, case_number: Numbers) -> None:
    number, ortiz = case_number("initial_appointment", "verification"), client_as("ortiz")
    sent = {"name": "license", "method": ["web", "letter"], "verified_on": "2026-11-24"}
    answer = ortiz.send(f"/cases/{number}/verify", sent)
    assert answer.status_code == 422
    assert "sent twice" in answer.text


# Others at the same time ---------------------------------------------------------------------------------------------

RECORDED = {"name": "license", "method": "web site", "note": "Looked up twice"}


def verify_form(browser: Browser, number: str) -> Form:
    page = browser.get(f"/cases/{number}")
    return next(form for form in forms(page) if form.fields.get("name") == "license" and "/verify" in form.action)


def sends(browser: Browser, form: Form, number: str, **fields: Any) -> Any:
    headers = {"Referer": f"{HOST}/cases/{number}"}
    return browser.post(form.action, data={**form.fields, **fields}, headers=headers)


@contextmanager
def locked(store: Store) -> Iterator[None]:
    """Another program holds the database's write lock."""
    with closing(sqlite3.connect(store.url.removeprefix("sqlite:///"), isolation_level=None)) as foreign:
        foreign.execute("BEGIN IMMEDIATE")
        yield
        foreign.execute("ROLLBACK")


def test_while_the_database_is_busy_writing_waits_and_nothing_typed_is_lost(
    client_as: People, case_number: Numbers, demo_store: Store
) -> None:
    number, ortiz = case_number("initial_appointment", "verification"), client_as("ortiz")
    form, before = verify_form(ortiz, number), counts(demo_store)
    with locked(demo_store):
        answer = sends(ortiz, form, number, method="web site", note="Looked up twice")
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert "Looked up twice" in answer.text
        assert "Nothing was written" in answer.text
    assert counts(demo_store) == before
    assert sends(ortiz, form, number, method="web site", note="Looked up twice").status_code == 302


def test_while_the_database_is_busy_reading_goes_on(
    client_as: People, case_number: Numbers, demo_store: Store, clock: Any
) -> None:
    number, ortiz = case_number("initial_appointment", "verification"), client_as("ortiz")
    applicant = client_as("solheim")
    own = case_number("initial_appointment", "draft")
    assert ortiz.get(f"/cases/{number}").status_code == 200
    with locked(demo_store):
        assert ortiz.get("/").status_code == 200
        assert ortiz.get(f"/cases/{number}").status_code == 200
        assert applicant.get(f"/cases/{own}").status_code == 200
        clock.forward(minutes=2)
        assert ortiz.get("/").status_code == 200
        assert applicant.get(f"/cases/{own}").status_code == 200


def test_what_is_confidential_is_not_read_while_the_reading_cannot_be_recorded(
    client_as: People, case_number: Numbers, demo_store: Store
) -> None:
    number, ortiz = case_number("initial_appointment", "verification"), client_as("ortiz")
    with locked(demo_store):
        answer = ortiz.get(f"/cases/{number}")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]


def test_a_database_that_is_away_is_an_error_page(
    client_as: People, demo_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    ortiz = client_as("ortiz")
    path = Path(demo_store.url.removeprefix("sqlite:///"))
    demo_store.close()
    path.rename(path.with_suffix(".away"))
    path.mkdir()
    answer = ortiz.get("/")
    assert answer.status_code == 503
    assert "<h1>" in answer.text
    assert "sqlite" not in answer.text.lower()
    demo_store.close()


def test_a_double_click_does_it_once(client_as: People, case_number: Numbers, demo_store: Store) -> None:
    number, ortiz = case_number("initial_appointment", "verification"), client_as("ortiz")
    form, before = verify_form(ortiz, number), counts(demo_store)
    first, again = (sends(ortiz, form, number, method="web site") for _ in range(2))
    assert first.status_code == again.status_code == 302
    after = counts(demo_store)
    assert after["event"] == before["event"] + 1
    assert after["verification"] == before["verification"] + 1


def test_two_clicks_at_the_same_moment_do_it_once(
    app: Flask, client_as: People, case_number: Numbers, demo_store: Store
) -> None:
    number, ortiz = case_number("initial_appointment", "verification"), client_as("ortiz")
    form, before = verify_form(ortiz, number), counts(demo_store)
    cookie = ortiz.get_cookie("__Host-privileging")
    assert cookie
    headers = {"Referer": f"{HOST}/cases/{number}", "Cookie": f"{cookie.key}={cookie.value}"}
    statuses: list[int] = []

    def click() -> None:
        answer = app.test_client(use_cookies=False).post(
            form.action, data={**form.fields, "method": "web site"}, headers=headers
        )
        statuses.append(answer.status_code)

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(statuses) <= {302, 503}
    assert 302 in statuses
    assert counts(demo_store)["event"] == before["event"] + 1


def test_the_same_key_for_something_else_is_refused(client_as: People, case_number: Numbers) -> None:
    number, ortiz = case_number("initial_appointment", "verification"), client_as("ortiz")
    form = verify_form(ortiz, number)
    assert sends(ortiz, form, number, method="web site").status_code == 302
    assert sends(ortiz, form, number, method="letter").status_code == 422


def test_a_stale_page_says_who_changed_what_and_keeps_what_was_typed(
    client_as: People, case_number: Numbers, demo_store: Store
) -> None:
    number, ortiz, chief = (
        case_number("initial_appointment", "verification"),
        client_as("ortiz"),
        client_as("marchetti"),
    )
    form = verify_form(ortiz, number)
    assert ortiz.submit(f"/cases/{number}", "/verify", method="letter").status_code == 302
    before = counts(demo_store)
    answer = sends(ortiz, form, number, method="web site", note="Looked up <twice>")
    assert answer.status_code == 409
    assert "Maribel Ortiz: verified" in answer.text
    assert html.escape("Looked up <twice>") in answer.text
    assert f'href="/cases/{number}"' in answer.text
    assert counts(demo_store) == before
    assert chief.get("/").status_code == 200


def test_a_stale_page_tells_an_applicant_nothing_of_the_reviewers(there: Flask, office: Office) -> None:
    number = office.case.partition("/")[2]
    answer = browser_for(there, "app").send(f"/cases/{number}/do/withdraw", {"seen": "1"})
    assert answer.status_code == 409
    for word in ("vote cast", "voted", "recus", "verified", "Since then"):
        assert word not in answer.text
