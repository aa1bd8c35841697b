"""Every route with who gets in, and an office in which every secret place holds a canary."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from demo_office import NOW, Browser, number_of
from flask import Flask
from werkzeug.routing import Rule

from privileging.exchange.demo import PASSWORD, demo_office
from privileging.exchange.demo_people import PHYSICIANS
from privileging.queries.loading import case_of
from privileging.services import door, people, plain, verbs
from privileging.services.cases import Act, case_id
from privileging.services.office import FacilityEntry, RoleEntry, apply_office
from privileging.services.people import person_id
from privileging.store.driver import Store, Unit, open_store

# Applicant of the case; another applicant; coordinator; chair of the case's department; chair of another; member of the
# committee before which it is, who declared having no conflict; one who has not; member recused from it; former member;
# auditor; administrator; coordinator of another facility; signed in, then closed.
ACTORS = (
    ("ano", ""),
    ("app", "dlamini"),
    ("oth", "mortensen"),
    ("coo", "ortiz"),
    ("cha", "whitfield"),
    ("cho", "nakamura"),
    ("mem", "okafor"),
    ("und", "venkataraman"),
    ("rec", "lindqvist"),
    ("for", "duarte"),
    ("aud", "quigley"),
    ("adm", "feldman"),
    ("els", "jankowski"),
    ("clo", "mortensen"),
)
CANARIES = ("canary-note-5c1e", "canary-reason-77ab", "canary-motion-9d02", "canary-recusal-3f4b")
NO_CASE = "2026-09999"
# The columns are ACTORS, a cell is the status for the case within reach. {case}, and what else is in braces, is filled
# in from `values`. "cases.do" and the like carry a body of `SENT`; without one only the page's token is sent.
TABLE = """
route                                                          ano app oth coo cha cho mem und rec for aud adm els clo
static GET /static/style.css                                   200 200 200 200 200 200 200 200 200 200 200 200 200 200
session.sign_in GET /sign-in                                   200 200 200 200 200 200 200 200 200 200 200 200 200 200
session.sign_in POST /sign-in                                  401 401 401 401 401 401 401 401 401 401 401 401 401 401
session.sign_out POST /sign-out                                401 302 302 302 302 302 302 302 302 302 302 302 302 401
session.prove GET /prove                                       302 200 200 200 200 200 200 200 200 200 200 200 200 302
session.prove POST /prove                                      401 401 401 401 401 401 401 401 401 401 401 401 401 401
session.switch POST /switch                                    404 404 404 404 404 404 404 404 404 404 404 404 404 404
worklist.page GET /                                            302 200 200 200 200 200 200 200 200 200 200 200 200 302
workflows.page GET /workflows                                  302 200 200 200 200 200 200 200 200 200 200 200 200 302
workflows.one GET /workflows/initial_appointment               302 200 200 200 200 200 200 200 200 200 200 200 200 302
people.page GET /people                                        302 403 403 200 403 403 403 403 403 403 403 403 200 302
people.one GET /people/{person}                                302 403 403 200 403 403 403 403 403 403 403 403 200 302
people.new GET /people/new                                     302 403 403 200 403 403 403 403 403 403 403 403 200 302
people.new POST /people/new                                    401 403 403 422 403 403 403 403 403 403 403 403 422 401
people.bring GET /people/import                                302 403 403 200 403 403 403 403 403 403 403 403 200 302
people.bring POST /people/import                               401 403 403 422 403 403 403 403 403 403 403 403 422 401
people.confirm POST /people/import/confirm                     401 403 403 422 403 403 403 403 403 403 403 403 422 401
history.search GET /history                                    302 403 403 403 403 403 403 403 403 403 200 403 403 302
history.reads GET /history/reads                               302 403 403 403 403 403 403 403 403 403 200 403 403 302
ballots.left GET /recused                                      302 200 200 200 200 200 200 200 200 200 200 200 200 302
cases.open_ GET /cases/open                                    302 403 403 200 403 403 403 403 403 403 403 403 200 302
cases.open_ POST /cases/open                                   401 403 403 404 403 403 403 403 403 403 403 403 404 401
cases.page GET /cases/{case}                                   302 200 404 200 200 404 200 302 403 404 200 403 404 302
diagrams.case GET /cases/{case}/diagram                        302 200 404 200 200 404 200 200 403 404 200 200 404 302
history.page GET /cases/{case}/history                         302 403 404 200 200 404 200 302 403 404 200 403 404 302
history.export GET /cases/{case}/history.jsonl                 302 403 404 403 403 404 403 302 403 404 200 403 404 302
application.page GET /cases/{case}/application                 302 200 404 200 200 404 200 302 403 404 200 403 404 302
application.evidence GET /cases/{case}/evidence/{document}     302 200 404 200 200 404 200 302 403 404 200 403 404 302
application.evidence GET /cases/{case}/evidence/{proof}        302 404 404 200 200 404 200 302 403 404 200 403 404 302
application.save POST /cases/{case}/application                401 422 404 422 403 404 403 403 403 404 403 403 404 401
application.choose POST /cases/{case}/application/privileges   401 422 404 422 403 404 403 403 403 404 403 403 404 401
application.attest POST /cases/{case}/application/attestation  401 422 404 403 403 404 403 403 403 404 403 403 404 401
cases.form GET /cases/{case}/do/recommend                      302 403 404 403 403 404 200 302 403 404 403 403 404 302
cases.verify POST /cases/{case}/verify                         401 403 404 302 403 404 403 403 403 404 403 403 404 401
cases.strike POST /cases/{case}/strike                         401 403 404 302 403 404 403 403 403 404 403 403 404 401
cases.serve POST /cases/{case}/serve                           401 403 404 422 422 404 422 403 403 404 422 403 404 401
ballots.page GET /cases/{case}/vote                            302 403 404 200 200 404 200 200 403 404 200 403 404 302
ballots.move GET /cases/{case}/vote/move/recommend             302 403 404 403 403 404 200 302 403 404 403 403 404 302
ballots.move POST /cases/{case}/vote/move/recommend            401 403 404 403 403 404 422 403 403 404 403 403 404 401
ballots.cast POST /cases/{case}/vote/cast                      401 403 404 403 403 404 302 403 403 404 403 403 404 401
ballots.close GET /cases/{case}/vote/close                     302 403 404 403 403 404 403 302 403 404 403 403 404 302
ballots.close POST /cases/{case}/vote/close                    401 403 404 403 403 404 403 403 403 404 403 403 404 401
ballots.declare POST /cases/{case}/vote/declare                401 403 404 302 403 404 422 302 403 404 403 403 404 401
ballots.recuse POST /cases/{case}/vote/recuse                  401 403 404 302 403 404 302 302 403 404 403 403 404 401
cases.do POST /cases/{case}/do/withdraw                        401 302 404 403 403 404 403 403 403 404 403 403 404 401
"""
SENT: dict[str, dict[str, str]] = {
    "cases.verify POST": {"name": "license", "method": "web site", "verified_on": NOW[:10], "outcome": "verified"},
    "cases.strike POST": {"number": "1", "reason": "Of somebody else"},
    "cases.serve POST": {"name": "decision", "served_on": NOW[:10], "method": "letter"},
    "cases.open_ POST": {
        "workflow": "initial_appointment",
        "action": "invite",
        "practitioner": "2000000002",
        "facility": "facility/none",
    },
    "application.choose POST": {"for": "general_surgery"},
    "ballots.move POST": {"reason": "Again"},
    "ballots.cast POST": {"seen": "1,1,0", "choice": "for"},
    "ballots.declare POST": {"body": "credentials_committee", "conflict": "none"},
    "ballots.recuse POST": {"body": "credentials_committee", "reason": "A friend"},
}
ENDS_A_SESSION = {"session.sign_out", "session.switch", "session.sign_in"}


class Office:
    """The demo with a case before the credentials committee in which every secret place holds a canary."""

    def __init__(self, path: Path) -> None:
        self.store = open_store(str(path), durable=False)
        self.case = case_id(number_of(self.store, "initial_appointment", "department_review"))
        self.applicant = person_id(PHYSICIANS["dlamini"].npi).partition("/")[2]
        self._staff()
        self._canaries()
        coordinator = Act("jankowski", now=NOW)
        person = person_id(PHYSICIANS["santoro"].npi)
        opened = verbs.open_case(
            self.store, coordinator, "initial_appointment", person, "facility/north", action="invite"
        )
        self.elsewhere = opened.case.id
        with self.store.reading() as unit:
            known = case_of(unit, self.case)[1]
        self.document = str(known.application["photo_id"]["evidence"])  # type: ignore[index, call-overload]
        self.proof = next(check.evidence for check in known.checks if check.evidence)
        self.store.close()

    def _staff(self) -> None:
        office = demo_office()
        main = office.facilities[0]
        north = FacilityEntry("north", "Northside", main.zone, departments=main.departments, access=main.access)
        bodies = [
            replace(body, seats=tuple(seat for seat in body.seats if seat.person != "duarte")) for body in office.bodies
        ]
        persons = [
            replace(entry, roles=(RoleEntry("coordinator", "north"),)) if entry.name == "jankowski" else entry
            for entry in office.people
        ]
        changed = replace(office, facilities=(main, north), bodies=tuple(bodies), people=tuple(persons))
        apply_office(self.store, changed, now=NOW)
        for name in ("duarte", "jankowski", "venkataraman"):
            people.open_account(self.store, name, f"person/{name}", PASSWORD, now=NOW)

    def _canaries(self) -> None:
        note, reason, motion, recusal = CANARIES
        told = {"method": "letter", "verified_on": NOW[:10], "outcome": "verified_with_concern", "note": note}
        verbs.verify(self.store, Act("ortiz", now=NOW), self.case, "malpractice", **told)
        facts = {"category": "traditional", "reasons": reason}
        verbs.do(self.store, Act("whitfield", now=NOW), self.case, "recommend", facts=facts)
        body = "credentials_committee"
        verbs.recuse(self.store, Act("lindqvist", now=NOW), self.case, body, recusal)
        for member in ("castellanos", "okafor"):
            verbs.declare(self.store, Act(member, now=NOW), self.case, body, "I have no conflict")
        opened = verbs.move(self.store, Act("castellanos", now=NOW), self.case, "recommend", reason=motion)
        number = opened.case.motions[-1].number
        verbs.vote(self.store, Act("castellanos", now=NOW), self.case, number, "for")


def close_account(store: Store, name: str, person: str) -> None:
    """What the history says when an account is closed."""

    def plan(unit: Unit) -> door.Plan:
        change = ("account_closed", {"account": name})
        return door.Plan([plain.write(unit, person, [change], key=f"close-{name}", actor=plain.OPERATOR, at=NOW)])

    door.carry_out(store, key=f"close-{name}", mark="", actor=plain.OPERATOR, now=NOW, plan=plan, stream=person)


def browser_for(app: Flask, actor: str) -> Browser:
    browser = app.test_client()
    assert isinstance(browser, Browser)
    account = dict(ACTORS)[actor]
    if account:
        assert browser.sign_in(account).status_code == 302
    if actor == "clo":
        close_account(app.extensions["desk"].store, account, person_id(PHYSICIANS[account].npi))
    return browser


class Row:
    """A line of the table."""

    def __init__(self, line: str) -> None:
        self.endpoint, self.method, self.path, *cells = line.split()
        assert len(cells) == len(ACTORS), f"{self.endpoint} {self.method} has {len(cells)} cells"
        self.expected = dict(zip((name for name, _ in ACTORS), map(int, cells), strict=True))
        self.name = f"{self.endpoint} {self.method}"

    def __str__(self) -> str:
        return f"{self.endpoint} {self.method} {self.path}"

    def ask(self, browser: Browser, office: Office, case: str) -> tuple[int, str]:
        """The status, and the page without what differs on every page."""
        path = self.path.format(**values(office, case))
        if self.method == "GET":
            answer = browser.get(path)
        else:
            sent = {name: text.format(**values(office, case)) for name, text in SENT.get(self.name, {}).items()}
            answer = browser.send(path, sent)
        volatile = rf'reference [0-9a-f]{{8}}|name="(csrf_token|key)" value="[^"]*"|{re.escape(case)}'
        return answer.status_code, re.sub(volatile, "", answer.get_data().decode("utf-8", "replace"))


def values(office: Office, case: str) -> dict[str, str]:
    return {"case": case, "person": office.applicant, "document": office.document, "proof": office.proof}


ROWS = [Row(line) for line in TABLE.strip().splitlines()[1:]]
ABOUT_A_CASE = [row for row in ROWS if "{case}" in row.path]


def doors(app: Flask) -> set[str]:
    def methods(rule: Rule) -> set[str]:
        return (rule.methods or set()) - {"HEAD", "OPTIONS"}

    return {f"{rule.endpoint} {method}" for rule in app.url_map.iter_rules() for method in methods(rule)}


def every_page(browser: Browser, office: Office) -> Iterator[tuple[str, str]]:
    """Every page that the table or a link leads to, and what every form's target answers."""
    case = office.case.partition("/")[2]
    waiting = [row.path.format(**values(office, case)) for row in ROWS if row.method == "GET"]
    seen = set(waiting)
    while waiting and len(seen) < 3_000:
        path = waiting.pop()
        answer = browser.get(path, follow_redirects=True)
        assert answer.status_code < 500, path
        text = answer.get_data().decode("utf-8", "replace")
        yield path, text
        links = (link.replace("&amp;", "&") for link in re.findall(r'href="(/[^"#]*)"', text))
        found = {link for link in links if "/cases/" not in link or case in link} - seen
        seen |= found
        waiting += sorted(found)
    for row in ROWS:
        if row.method == "POST" and row.endpoint not in ENDS_A_SESSION:
            yield str(row), row.ask(browser, office, case)[1]
