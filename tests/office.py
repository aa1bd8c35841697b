"""An office with bodies, people and accounts, and cases brought to any state: everything by the services."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import func, select

from privileging.definition.load import shipped
from privileging.engine.values import Case
from privileging.exchange.office_file import read_office
from privileging.queries.loading import case_of
from privileging.services import people, verbs
from privileging.services.cases import Act, File, Outcome
from privileging.services.office import apply_office
from privileging.services.workflows import publish
from privileging.store import tables
from privileging.store.driver import Store

NOW = "2026-03-02T15:00:00.000000Z"  # a Monday, nine o'clock at the facility
TODAY = "2026-03-02"
PASSWORD = "correct horse battery staple"
MAIN = "facility/main"
ADEYEMI, BRANDT, CHO = "person/npi-1234567893", "person/npi-1000000004", "person/npi-1000000012"
PRACTITIONERS = {"adeyemi": "1234567893", "brandt": "1000000004", "cho": "1000000012"}

OFFICE = b"""
office: Lakeside
facilities:
  main:
    title: Lakeside Medical Center
    zone: America/Chicago
    holidays: ["2026-05-25"]
    departments: {surgery: Surgery, medicine: Medicine}
    delineations: {general_surgery: surgery}
bodies:
  credentials_committee:
    at: main
    title: Credentials committee
    meets: second Wednesday
    seats: [{person: ruiz, chair: true}, {person: bauer}, {person: costa}]
  executive_committee:
    at: main
    title: Medical executive committee
    meets: third Wednesday
    seats: [{person: okafor, chair: true}, {person: diaz}, {person: evans}]
  governing_board:
    at: main
    title: Governing board
    meets: last Thursday
    seats: [{person: hale, chair: true}, {person: gray}, {person: ito}]
people:
  ortiz: {name: Maria Ortiz, roles: [{role: coordinator, at: main}]}
  park: {name: Min Park, roles: [{role: coordinator, at: main}]}
  quinn: {name: Lee Quinn, roles: [{role: coordinator, at: main}]}
  chen: {name: Wei Chen, roles: [{role: department_chair, at: main, department: surgery}]}
  kim: {name: Ji-won Kim, roles: [{role: chief_of_staff, at: main}]}
  ruiz: {name: Ana Ruiz}
  bauer: {name: Jo Bauer}
  costa: {name: Rui Costa}
  okafor: {name: Ben Okafor}
  diaz: {name: Eva Diaz}
  evans: {name: Tom Evans}
  hale: {name: Ida Hale}
  gray: {name: Max Gray}
  ito: {name: Rin Ito}
"""
STAFF = ("ortiz", "park", "quinn", "chen", "kim")
MEMBERS = {
    "credentials_committee": ("ruiz", "bauer", "costa"),
    "executive_committee": ("okafor", "diaz", "evans"),
    "governing_board": ("hale", "gray", "ito"),
}
ANSWERS: Mapping[str, object] = {
    "specialty": "Surgery",
    "license_state": "IL",
    "license_number": "036-123456",
    "license_expires": "2028-01-01",
    "degrees": [{"institution": "Rush University", "degree": "MD", "from": "2000", "to": "2004"}],
    "work_history": [{"employer": "Rush University", "position": "Surgeon", "from": "2010", "to": "2020"}],
    "peer_references": [{"name": "A. Peer", "relation": "partner", "email": "peer@example.org"}],
    "board_certified": "certified",
    "adverse_history": "none",
    "ability_to_perform": "able",
    "insurance_carrier": "Mutual",
}
AT_SOURCE = ("license", "education", "board_status", "npdb", "exclusions", "malpractice", "insurance")


def pdf(name: str) -> File:
    return File(f"{name}.pdf", b"%PDF-1.7 " + name.encode())


def act(by: str, **terms: Any) -> Act:
    return Act(by, **{"now": NOW, **terms})


def set_up(store: Store, now: str | None = NOW, live_from: str = "2026-01-01") -> None:
    """Publishes the shipped workflows and fills the office: people, roles, seats, three practitioners, accounts."""
    publish(store, shipped(), live_from=live_from, now=now)
    apply_office(store, read_office(OFFICE, "office.yaml"), now=now)
    enter(store, *PRACTITIONERS.values(), now=now)
    for name in (*STAFF, *(member for members in MEMBERS.values() for member in members)):
        people.open_account(store, name, f"person/{name}", PASSWORD, now=now)
    for name, npi in PRACTITIONERS.items():
        people.open_account(store, name, people.person_id(npi), PASSWORD, now=now)


def enter(store: Store, *npis: str, now: str | None = NOW) -> tuple[str, ...]:
    return people.enter(store, [people.Entry(npi, f"Practitioner {npi[-4:]}", {}) for npi in npis], now=now)


def load(store: Store, case: str) -> Case:
    with store.reading() as unit:
        return case_of(unit, case)[1]


def person(account: str) -> str:
    npi = PRACTITIONERS.get(account)
    return people.person_id(npi) if npi else f"person/{account}"


# A case, walked ---------------------------------------------------------------------------------------------


def invited(store: Store, who: str = "adeyemi", **terms: Any) -> str:
    """A new application, in its applicant's hands."""
    opened = verbs.open_case(store, act("ortiz", **terms), "initial_appointment", person(who), MAIN, action="invite")
    return opened.case.id


def filled(store: Store, case: str, who: str, now: str = NOW) -> None:
    by = act(who, now=now)
    papers = {name: pdf(name) for name in ("insurance_certificate", "photo_id")}
    verbs.record_items(store, by, case, ANSWERS, documents=papers)
    verbs.request_privileges(store, by, case, "general_surgery", special=["colonoscopy"])
    verbs.attest(store, by, case, "What I stated is true and complete")


def verified(store: Store, case: str, now: str = NOW, by: str = "ortiz") -> None:
    told: Any = {"method": "web site", "verified_on": now[:10]}
    for name in (*AT_SOURCE, "references", "references", "references"):
        verbs.verify(store, act(by, now=now), case, name, **told)
    verbs.verify(store, act(by, now=now), case, "identity", method="passport", verified_on=now[:10], proof=pdf("pass"))


def decided(
    store: Store, case: str, body: str, action: str, now: str = NOW, facts: Mapping[str, object] = {}
) -> Outcome:
    """The body moves, all its members vote for it, its chair closes."""
    members = MEMBERS[body]
    number = moved(store, case, members[0], action, now, facts)
    for member in members:
        verbs.vote(store, act(member, now=now), case, number, "for")
    return verbs.close(store, act(members[0], now=now), case, number)


def moved(store: Store, case: str, member: str, action: str, now: str = NOW, facts: Mapping[str, object] = {}) -> int:
    motion = verbs.move(store, act(member, now=now), case, action, facts=facts).case.open_motion
    assert motion is not None
    return motion.number


def grant(store: Store, case: str, ends: str = "2028-03-01") -> dict[str, object]:
    """What the board must state: every privilege requested, and the term's end."""
    return {"privileges": [{"privilege": line.code} for line in load(store, case).lines], "term_ends": ends}


WHY = {"reasons": "Well documented"}
ORDER = (
    "draft",
    "intake",
    "verification",
    "department_review",
    "committee_review",
    "executive_review",
    "board_review",
    "granted",
)


def step(store: Store, case: str, state: str, who: str, now: str) -> None:
    """Takes a case from ``state`` to the next one of ``ORDER``."""
    match state:
        case "draft":
            filled(store, case, who, now)
            verbs.do(store, act(who, now=now), case, "submit")
        case "intake":
            verbs.verify(store, act("ortiz", now=now), case, "fee", method="receipt", verified_on=now[:10])
            verbs.do(store, act("ortiz", now=now), case, "accept")
        case "verification":
            verified(store, case, now)
            verbs.do(store, act("ortiz", now=now), case, "complete")
        case "department_review":
            verbs.do(store, act("chen", now=now), case, "recommend", facts={"category": "streamlined", **WHY})
        case "committee_review":
            decided(store, case, "credentials_committee", "recommend", now)
        case "executive_review":
            decided(store, case, "executive_committee", "recommend", now)
        case "board_review":
            decided(store, case, "governing_board", "approve", now, grant(store, case))


def case_in(store: Store, state: str, who: str = "adeyemi", now: str = NOW) -> str:
    """A case that stands in ``state``: one of ``ORDER``, ``adverse_recommendation`` or ``board_last_word``."""
    case = invited(store, who, now=now)
    goal = state if state in ORDER else "executive_review"
    for passed in ORDER[: ORDER.index(goal)]:
        step(store, case, passed, who, now)
    if state not in ORDER:
        decided(store, case, "executive_committee", "recommend_against", now, WHY)
    if state == "board_last_word":
        verbs.do(store, act(who, now=now), f"{case}.1", "waive")
    return case


# What the database holds ------------------------------------------------------------------------------------


def rows(store: Store, among: Iterable[Any] = tuple(tables.metadata.sorted_tables)) -> dict[str, list[Any]]:
    """Every row of every table, or of those ``among`` which are asked for."""
    with store.reader.connect() as connection:
        return {t.name: sorted(map(tuple, connection.execute(select(t))), key=repr) for t in among}


def counted(store: Store) -> dict[str, int]:
    with store.reader.connect() as connection:
        every = tables.metadata.sorted_tables
        return {t.name: connection.execute(select(func.count()).select_from(t)).scalar_one() for t in every}
