"""The auditor's pages: a history read, filtered, checked and exported; what nobody may read yet; nothing to change."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable
from hashlib import sha256

import orjson
import pytest
from demo_office import Browser
from sqlalchemy import func, select

from privileging.engine.evolve import CASE_EVENTS
from privileging.queries.telling import KINDS
from privileging.store import tables
from privileging.store.driver import Store, Unit
from privileging.store.streams import ZEROS

People = Callable[[str], Browser]
Numbers = Callable[..., str]


@pytest.fixture
def granted(case_number: Numbers) -> str:
    return case_number("initial_appointment", "granted")


@pytest.fixture
def voting(demo_store: Store) -> str:
    """A case with an open motion and votes on it."""
    open_motion = select(tables.vote.c.case_id).join(
        tables.motion,
        (tables.motion.c.case_id == tables.vote.c.case_id) & (tables.motion.c.number == tables.vote.c.motion),
    )
    with demo_store.reader.connect() as connection:
        return str(connection.scalar(open_motion.where(tables.motion.c.result.is_(None)))).partition("/")[2]


def events_of(store: Store, number: str) -> int:
    with store.reader.connect() as connection:
        counted = select(func.count()).where(tables.event.c.stream == f"case/{number}")
        return int(connection.scalar(counted) or 0)


def shown(text: str) -> list[int]:
    return [int(found) for found in re.findall(r'id="event-(\d+)"', text)]


def tamper(store: Store, *statements: str) -> None:
    """What somebody with the file in their hands could do."""
    connection = sqlite3.connect(store.url.removeprefix("sqlite:///"))
    triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for statement in (*(f"DROP TRIGGER {name}" for (name,) in triggers), *statements):
        connection.execute(statement)
    connection.commit()
    connection.close()


# The history of a case ------------------------------------------------------------------------------------------------


def test_an_auditor_reads_every_event_newest_first(client_as: People, granted: str, demo_store: Store) -> None:
    auditor, last = client_as("quigley"), events_of(demo_store, granted)
    first = auditor.get(f"/cases/{granted}/history").text
    older = re.search(r'href="(/cases/[^"]*before=[^"]*)"', first)
    pages = shown(first) + (shown(auditor.get(older[1].replace("&amp;", "&")).text) if older else [])
    assert pages == list(range(last, 0, -1))
    assert f"verified to event {last} ✓" in first


def test_an_event_says_who_when_why_and_on_what_it_relied(client_as: People, granted: str) -> None:
    page = client_as("quigley").get(f"/cases/{granted}/history").text
    decided = page[page.index("Appoint and grant: it goes to") :].partition("</li>\n  <li id")[0]
    assert "motion 3: 3 of 5 took part, 0 recused, 3 needed" in decided
    assert "State license, verified 20" in decided
    assert "Governing board (roster), version" in decided
    recommended = page[page.index("Report in favour: it goes to") - 400 :][:900]
    assert "Terrence Whitfield" in recommended
    assert "Department chair" in recommended
    assert "Reason: Training, volume and references" in recommended
    assert re.search(
        r'<time datetime="\S+Z" title="20\d\d-\d\d-\d\d \d\d:\d\d UTC">\d+ \w+ 20\d\d \d\d:\d\d C[SD]T</time>', page
    )
    assert re.search(r'sha256</small> <code class="digest">[0-9a-f]{64}</code>', page)


def test_what_was_entered_late_says_so(client_as: People, demo_store: Store) -> None:
    with demo_store.reader.connect() as connection:
        e = tables.event.c
        late = select(e.stream).where(e.effective_at < e.recorded_at, e.role == "department_chair")
        number = str(connection.scalar(late)).partition("/")[2]
    page = client_as("quigley").get(f"/cases/{number}/history?kind=moved").text
    assert "entered late" in page


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("kind=motion_closed", "closed the vote on motion"),
        ("person=person/tallchief", "voted"),
        ("kind=opened&to=2030-01-01", "opened the case"),
    ],
)
def test_filters_are_in_the_address(client_as: People, granted: str, query: str, kept: str) -> None:
    page = client_as("quigley").get(f"/cases/{granted}/history?{query}").text
    assert 0 < len(shown(page)) < 5
    assert page.count(kept) >= len(shown(page))


def test_days_filter_by_the_days_of_the_facility(client_as: People, granted: str) -> None:
    auditor = client_as("quigley")
    page = auditor.get(f"/cases/{granted}/history").text
    newest = re.findall(r'<time datetime="(\d{4}-\d\d-\d\d)T1', page)[0]
    assert shown(auditor.get(f"/cases/{granted}/history?from={newest}&to={newest}").text)
    assert not shown(auditor.get(f"/cases/{granted}/history?from=2999-12-31").text)
    assert shown(auditor.get(f"/cases/{granted}/history?from=nonsense&to=x&before=y&upto=z").text)


def test_every_event_of_a_case_has_its_sentence() -> None:
    assert set(KINDS) == set(CASE_EVENTS)


# As it stood ----------------------------------------------------------------------------------------------------------


def test_as_of_an_event_the_case_is_shown_as_it_stood(client_as: People, granted: str) -> None:
    auditor = client_as("quigley")
    early = auditor.get(f"/cases/{granted}/history?upto=1").text
    assert "As it stood after event 1" in early
    assert "Application in preparation</span>" in early
    assert "None." in early
    assert shown(early) == [1]
    later = auditor.get(f"/cases/{granted}/history?upto=26").text
    assert "Credentials committee</span>" in later
    assert "Chidi Okafor: for" in later
    assert max(shown(later)) == 26
    assert 'upto=25">‹ Event 25' in later
    assert 'upto=27">Event 27 ›' in later


def test_as_known_on_a_day_is_as_of_the_last_event_of_that_day(client_as: People, granted: str) -> None:
    auditor = client_as("quigley")
    opened = re.findall(r'<time datetime="(\S{10})', auditor.get(f"/cases/{granted}/history?upto=1").text)[-1]
    assert "As it stood after event 1" in auditor.get(f"/cases/{granted}/history?on={opened}").text


def test_as_of_an_event_that_is_not_there_is_nothing(client_as: People, granted: str) -> None:
    assert client_as("quigley").get(f"/cases/{granted}/history?upto=9999").status_code == 404


# Checked and exported -------------------------------------------------------------------------------------------------


def test_the_export_is_lines_that_another_program_verifies(client_as: People, granted: str, demo_store: Store) -> None:
    answer = client_as("quigley").get(f"/cases/{granted}/history.jsonl")
    assert answer.mimetype == "application/x-ndjson"
    assert answer.headers["Content-Disposition"] == f"attachment; filename={granted}.jsonl"
    lines = [json.loads(line) for line in answer.data.splitlines()]
    assert len(lines) == events_of(demo_store, granted)
    hashed = [column.name for column in tables.event.c if column.name not in ("previous", "digest")]
    hashed = ["format", "stream", "seq", *(name for name in hashed if name not in ("format", "stream", "seq"))]
    previous = ZEROS
    for line in lines:
        assert line["previous"] == previous
        assert line["commitment"] == sha256((line["salt"] + line["body"]).encode()).hexdigest()
        previous = sha256(previous.encode() + orjson.dumps([line[name] for name in hashed])).hexdigest()
        assert line["digest"] == previous


@pytest.mark.parametrize("body", ['{"choice":"against"}', "no json"])
def test_a_tampered_body_breaks_the_badge_at_that_event(
    client_as: People, granted: str, demo_store: Store, body: str
) -> None:
    tamper(demo_store, f"UPDATE event_body SET body = '{body}' WHERE stream = 'case/{granted}' AND seq = 24")
    auditor = client_as("quigley")
    page = auditor.get(f"/cases/{granted}/history").text
    assert "broken at event 24" in page
    assert 'role="alert"' in page
    assert "its body is not the one it was committed with" in page
    assert max(shown(page)) == 23
    assert auditor.get(f"/cases/{granted}/history.jsonl").status_code == 200
    assert auditor.get(f"/cases/{granted}/history?upto=24").status_code == 404


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("DELETE FROM event_body WHERE stream = '{0}' AND seq = 1", "broken at event 1"),
        ("UPDATE event SET actor = 'person/okafor' WHERE stream = '{0}' AND seq = 7", "broken at event 7"),
        ("UPDATE stream SET version = 999 WHERE id = '{0}'", "the stream’s row counts 999 events"),
    ],
)
def test_whatever_was_changed_is_found(
    client_as: People, granted: str, demo_store: Store, statement: str, says: str
) -> None:
    tamper(demo_store, "PRAGMA foreign_keys = OFF", statement.format(f"case/{granted}"))
    page = client_as("quigley").get(f"/cases/{granted}/history").text.replace("&#39;", "’")
    assert says in page
    assert "✓" not in page.partition("<ol")[0]


# Who reads what -------------------------------------------------------------------------------------------------------


def test_how_others_vote_is_not_shown_while_the_motion_is_open(client_as: People, voting: str) -> None:
    for account in ("quigley", "ortiz", "okafor", "castellanos"):
        page = client_as(account).get(f"/cases/{voting}/history")
        assert page.status_code == 200, account
        assert "A member" in page.text
        others = [
            name for name, how in re.findall(r"<strong>([^<]+)</strong>[^:]*: voted (for|against|abstain)", page.text)
        ]
        assert len(set(others)) <= 1, f"{account} sees {others}"


def test_an_export_ends_before_a_vote_that_is_open(client_as: People, voting: str) -> None:
    answer = client_as("quigley").get(f"/cases/{voting}/history.jsonl")
    assert b'"kind":"vote_cast"' not in answer.data
    assert "-to-event-" in answer.headers["Content-Disposition"]


def test_a_search_does_not_find_a_vote_that_is_open(client_as: People, voting: str) -> None:
    page = client_as("quigley").get("/history?kind=vote_cast").text
    assert f"{voting} #" not in page
    assert "Vote cast" in page


def test_a_member_reads_the_closed_votes_of_their_own_body_only(client_as: People, granted: str) -> None:
    page = client_as("greenbaum").get(f"/cases/{granted}/history").text
    assert "<strong>Joseph Tallchief</strong> <small>Governing board</small>: voted against" in page
    assert "<strong>A member</strong> <small>Credentials committee</small>: voted on motion 1" in page
    assert "Chidi Okafor" not in page.partition("</header>")[2]


@pytest.mark.parametrize("path", ["/history", "/history/reads"])
def test_a_coordinator_has_no_search_and_no_log_of_readers(client_as: People, path: str) -> None:
    browser = client_as("ortiz")
    assert browser.get(path).status_code == 403
    assert '<a href="/history"' not in browser.get("/").text
    assert '<a href="/history"' in client_as("quigley").get("/").text


def test_only_who_audits_exports(client_as: People, granted: str) -> None:
    assert client_as("ortiz").get(f"/cases/{granted}/history.jsonl").status_code == 403
    assert "history.jsonl" not in client_as("ortiz").get(f"/cases/{granted}/history").text


@pytest.mark.parametrize("path", ["/history", "/history/reads", "/cases/{0}/history", "/cases/{0}/history.jsonl"])
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nobody_can_change_anything_here(client_as: People, granted: str, path: str, method: str) -> None:
    browser = client_as("quigley")
    answer = getattr(browser, method)(
        path.format(granted), data={"csrf_token": browser.token()}, headers={"Referer": "https://localhost/"}
    )
    assert answer.status_code == 405


# Search ---------------------------------------------------------------------------------------------------------------


def rows(text: str) -> list[str]:
    return text.partition("<tbody>")[2].split("<tr>")[1:]


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("practitioner=adeyemi", "Folake Adeyemi"),
        ("actor=ortiz", "Maribel Ortiz"),
        ("actor=okafor&kind=vote_cast", "Chidi Okafor"),
        ("actor=clock", "The clock"),
        ("kind=verification_struck", "Verification struck"),
        ("action=recommend_against", "ecommend against"),
        ("workflow=reappointment", "Reappointment"),
    ],
)
def test_a_search_finds_what_it_is_asked_for_and_nothing_else(client_as: People, query: str, says: str) -> None:
    found = rows(client_as("quigley").get(f"/history?{query}").text)
    assert found
    assert all(says in row or "Report against" in row for row in found)


def test_a_search_goes_on_by_key_and_every_hit_leads_to_its_event(client_as: People) -> None:
    auditor = client_as("quigley")
    seen: list[str] = []
    path = "/history?practitioner=adeyemi"
    while path:
        page = auditor.get(path).text
        links = re.findall(r'<th scope="row"><a href="([^"]+)"', page)
        seen += links
        following = re.search(r'<p class="pages"><a href="([^"]+)"', page)
        path = following[1].replace("&amp;", "&") if following else ""
    assert len(seen) == len(set(seen)) > 25
    address, _, anchor = seen[30].replace("&amp;", "&").partition("#")
    assert f'id="{anchor}"' in auditor.get(address).text


@pytest.mark.parametrize(
    "query", ["actor=%25", "practitioner=_", "action=%22", "after=nonsense", "after=a,b", "from=x"]
)
def test_a_search_takes_any_text_for_what_it_is(client_as: People, query: str) -> None:
    assert client_as("quigley").get(f"/history?{query}").status_code == 200


def test_a_search_for_what_cannot_be_kept_is_refused(client_as: People) -> None:
    assert client_as("quigley").get("/history?practitioner=%00").status_code == 422


def test_a_search_asks_the_database_thrice_at_most(client_as: People, monkeypatch: pytest.MonkeyPatch) -> None:
    from privileging.queries import search as looked

    asked: list[str] = []
    real = looked.search

    def counted(unit: Unit, *args: object, **options: object) -> object:
        for name in ("all", "first", "run", "stream"):
            monkeypatch.setattr(Unit, name, noting(getattr(Unit, name), asked))
        return real(unit, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(looked, "search", counted)
    assert client_as("quigley").get("/history?actor=ortiz&kind=verified").status_code == 200
    assert 1 <= len(asked) <= 2  # and one for the workflows


def noting(real: Callable[..., object], asked: list[str]) -> Callable[..., object]:
    def call(*args: object, **options: object) -> object:
        asked.append(real.__name__)
        return real(*args, **options)

    return call


# Who read what --------------------------------------------------------------------------------------------------------


def test_who_read_what_is_there_to_read(client_as: People, granted: str) -> None:
    client_as("ortiz").get(f"/cases/{granted}")
    log = rows(client_as("quigley").get("/history/reads").text)
    assert len(log) == 1
    assert "ortiz" in log[0]
    assert granted in log[0]


def test_the_log_of_readers_goes_on_by_key(client_as: People, granted: str, demo_store: Store) -> None:
    columns = "case_id, account, resource, minute, person"
    row = f"INSERT INTO access_log ({columns}) VALUES ('case/{{0}}', 'ortiz', 'file', '{{1}}', '')"
    tamper(demo_store, *(row.format(granted, f"2026-10-{day:02}T10:00") for day in range(1, 32)))
    tamper(demo_store, *(row.format(granted, f"2026-09-{day:02}T10:00") for day in range(1, 31)))
    auditor = client_as("quigley")
    first = auditor.get("/history/reads").text
    following = re.search(r'<p class="pages"><a href="([^"]+)"', first)
    assert following
    assert (len(rows(first)), len(rows(auditor.get(following[1]).text))) == (50, 11)
