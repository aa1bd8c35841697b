"""Whole walks: from a draft to a grant, through a hearing to a denial, and out of time."""

from __future__ import annotations

import pytest
from office import ADEYEMI, MAIN, NOW, WHY, act, case_in, decided, load, pdf, rows

from privileging.engine.values import Appointment
from privileging.errors import Refused
from privileging.queries.cases import grants_of
from privileging.queries.loading import person_of
from privileging.services import verbs
from privileging.store import history, tables
from privileging.store.driver import Store

SERVED = "2026-03-05"
SILENT = "2026-04-06T12:00:00.000000Z"  # more than thirty days after the notice was served


def kinds(store: Store, case: str) -> list[str]:
    return [row[3] for row in rows(store, [tables.event])["event"] if row[0] == case]


def test_a_walk_ends_in_grants_for_each_privilege(office: Store) -> None:
    case = case_in(office, "granted")
    with office.reading() as unit:
        grants = grants_of(unit, ADEYEMI)
        assert history.verify(unit).events > 80
    assert {(g.case, g.facility, g.begins, g.ends) for g in grants} == {(case, MAIN, "2026-03-02", "2028-03-01")}
    assert {g.privilege for g in grants} == {line.code for line in load(office, case).lines}
    assert "colonoscopy" in {g.privilege for g in grants}


def test_a_grant_is_an_appointment_on_the_practitioners_record(office: Store) -> None:
    case = case_in(office, "granted")
    with office.reading() as unit:
        person = person_of(unit, ADEYEMI)
    assert person.appointments == (Appointment(MAIN, case, "2026-03-02", "2028-03-01"),)


def test_a_case_that_ends_leaves_the_worklist(office: Store) -> None:
    case_in(office, "granted")
    (line,) = rows(office, [tables.case_file])["case_file"]
    found = dict(zip((column.name for column in tables.case_file.columns), line, strict=True))
    assert (found["owner"], found["outcome"], found["due"]) == (None, "granted", "9999")


def offered(store: Store) -> tuple[str, str]:
    """A case with an adverse recommendation, and the hearing it opened, its notice served."""
    case = case_in(store, "adverse_recommendation")
    hearing = f"{case}.1"
    served = "2026-03-05T18:00:00.000000Z"
    verbs.serve(store, act("ortiz", now=served), hearing, "adverse_notice", served_on=SERVED)
    return case, hearing


def test_an_adverse_recommendation_opens_a_hearing(office: Store) -> None:
    case = case_in(office, "adverse_recommendation")
    hearing = load(office, f"{case}.1")
    assert (hearing.state, hearing.practitioner) == ("offered", ADEYEMI)
    assert [notice.name for notice in hearing.notices] == ["adverse_notice"]
    assert hearing.facts == WHY


def test_silence_waives_the_hearing_and_the_board_denies(office: Store) -> None:
    case, hearing = offered(office)
    (lapsed,) = verbs.sweep(office, now=SILENT)
    assert (lapsed.case.id, lapsed.case.state) == (hearing, "waived")
    answered = load(office, case)
    assert (answered.state, answered.since) == ("board_last_word", "2026-04-05T04:59:59.999999Z")
    assert answered.children[0].outcome == "waived"
    assert decided(office, case, "governing_board", "deny", SILENT, WHY).case.outcome == "denied"


def test_no_hearing_no_denial(office: Store) -> None:
    case, _ = offered(office)
    with pytest.raises(Refused, match="may move"):
        verbs.move(office, act("hale"), case, "deny", facts=WHY)


def test_withdrawing_shuts_the_hearing(office: Store) -> None:
    case, hearing = offered(office)
    later = "2026-03-10T15:00:00.000000Z"
    assert verbs.do(office, act("adeyemi", now=later), case, "withdraw").case.outcome == "withdrawn"
    assert load(office, hearing).outcome == "closed"
    assert verbs.sweep(office, now=SILENT) == ()


def test_withdrawing_after_silence_finds_the_hearing_waived(office: Store) -> None:
    case, hearing = offered(office)
    withdrawn = verbs.do(office, act("adeyemi", now=SILENT), case, "withdraw")
    assert (withdrawn.case.outcome, load(office, hearing).outcome) == ("withdrawn", "waived")
    assert [entry.outcome for entry in withdrawn.case.children] == ["waived"]


def test_a_hearing_meets_the_lapse_of_the_case_that_opened_it(office: Store) -> None:
    case, hearing = offered_on_reappointment(office)
    with pytest.raises(Refused, match="ended"):
        verbs.do(office, act("adeyemi", now="2028-03-05T15:00:00.000000Z"), hearing, "request_hearing")
    assert (load(office, case).outcome, load(office, hearing).outcome) == ("lapsed", "closed")
    assert kinds(office, hearing).count("moved") == 1


def offered_on_reappointment(store: Store) -> tuple[str, str]:
    """A reappointment with an adverse recommendation a week before the term ends; its hearing is not answered."""
    now = "2028-02-21T15:00:00.000000Z"
    case = reappointing(store, now)
    adverse(store, case, now)
    served = {"served_on": now[:10]}
    verbs.serve(store, act("ortiz", now=now), f"{case}.1", "adverse_notice", **served)
    return case, f"{case}.1"


def adverse(store: Store, case: str, now: str) -> None:
    """Takes a reappointment from ``sent`` to an adverse recommendation."""
    by, told = act("adeyemi", now=now), {"method": "web site", "verified_on": now[:10]}
    answers = {"changes_since": "Nothing", "license_expires": "2030-01-01", "board_certified": "certified"}
    activity = {"activity": [{"facility": "main", "procedure": "Appendectomy", "volume": "31"}]}
    state = {"adverse_history": "none", "ability_to_perform": "able"}
    verbs.record_items(store, by, case, answers | activity | state, documents={"insurance_certificate": pdf("ins")})
    verbs.request_privileges(store, by, case, "general_surgery")
    verbs.attest(store, by, case, "True and complete")
    verbs.do(store, by, case, "submit")
    verbs.do(store, act("ortiz", now=now), case, "accept")
    for name in ("license", "board_status", "npdb", "exclusions", "malpractice", "insurance", "performance"):
        verbs.verify(store, act("ortiz", now=now), case, name, **told)
    verbs.verify(store, act("ortiz", now=now), case, "references", **told)
    verbs.do(store, act("ortiz", now=now), case, "complete")
    verbs.do(store, act("chen", now=now), case, "recommend", facts={"category": "streamlined", **WHY})
    decided(store, case, "credentials_committee", "recommend", now)
    decided(store, case, "executive_committee", "recommend_against", now, WHY)


def reappointing(store: Store, now: str) -> str:
    case_in(store, "granted")
    return verbs.open_case(store, act("ortiz", now=now), "reappointment", ADEYEMI, MAIN).case.id


def test_a_reappointment_opens_on_the_appointment_on_record(office: Store) -> None:
    case = load(office, reappointing(office, "2027-10-01T15:00:00.000000Z"))
    assert (case.state, case.facts) == ("sent", {"appointment_ends": "2028-03-01"})


def test_no_reappointment_without_an_appointment(office: Store) -> None:
    with pytest.raises(Refused, match="appointment_ends"):
        verbs.open_case(office, act("ortiz"), "reappointment", ADEYEMI, MAIN)


def test_a_reappointment_lapses_when_the_term_ends(office: Store) -> None:
    case = reappointing(office, "2027-10-01T15:00:00.000000Z")
    assert verbs.sweep(office, now="2028-03-02T05:59:59.000000Z") == ()
    (lapsed,) = verbs.sweep(office, now="2028-03-02T06:00:00.000000Z")
    assert (lapsed.case.id, lapsed.case.outcome) == (case, "lapsed")
    assert [notice.name for notice in lapsed.case.notices] == ["lapse_notice"]


def test_an_ended_case_takes_nothing_more(office: Store) -> None:
    case = case_in(office, "granted")
    with pytest.raises(Refused, match="ended"):
        verbs.verify(office, act("ortiz"), case, "license", method="web", verified_on="2026-03-02")
    with pytest.raises(Refused, match="ended"):
        verbs.do(office, act("adeyemi"), case, "withdraw")
    assert NOW[:10] == "2026-03-02"
