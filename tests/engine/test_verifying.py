"""Verifications at their source and the service of notices: by whom, what they say, when."""

from __future__ import annotations

import pytest
from builders import flow, person
from walking import applied, approved, case_in, hearing, opened, small

DIGEST = "f" * 64
CHECK = {"name": "license", "method": "web", "verified_on": "2026-03-02", "outcome": "verified"}


@pytest.mark.parametrize(
    ("args", "text"),
    [
        ({"name": "horoscope"}, "'horoscope' is not asked for here (asked for: identity, license"),
        ({"method": ""}, "method: is empty"),
        ({"method": None}, "method: must be a text"),
        ({"name": "identity", "method": "selfie"}, "Identity is accepted by driver_license, passport, hospital_id"),
        ({"source": "\x00"}, "source: may not hold a NUL"),
        ({"note": 7}, "note: must be a text"),
        ({"evidence": "cv.pdf"}, "evidence: must name its evidence by a sha256 digest"),
        ({"evidence": ["a"]}, "evidence: must name"),
        ({"verified_on": "2026-02-30"}, "verified_on: must be a day that exists"),
        ({"verified_on": None}, "verified_on: must be a day"),
        ({"verified_on": "2026-03-03"}, "verified_on: 2026-03-03 lies in the future; it is 2026-03-02"),
        ({"good_until": "soon"}, "good_until: must be a day"),
        ({"good_until": 7}, "good_until: must be a day"),
        ({"good_until": "2026-03-01"}, "good_until: 2026-03-01 lies before the day it was verified, 2026-03-02"),
        ({"outcome": "fine"}, "outcome: must be one of verified, verified_with_concern, not_verified"),
        ({"outcome": ["verified"]}, "outcome: must be one of"),
    ],
)
def test_a_verification_says_what_how_when_and_with_what_outcome(args: dict[str, object], text: str) -> None:
    assert text in case_in("verification").refused("ortiz", "verify", **{**CHECK, **args})


def test_a_verification_keeps_what_was_said_and_names_its_source() -> None:
    walk = case_in("verification").does(
        "ortiz", "verify", **CHECK, note="seen", evidence=DIGEST, good_until="2027-01-01"
    )
    check = walk.case.checks[-1]
    assert (check.source, check.by, check.note) == ("State licensing board", "person/ortiz", "seen")
    assert (check.evidence, check.good_until, check.number) == (DIGEST, "2027-01-01", 2)
    walk.does("ortiz", "verify", **CHECK, source="Illinois IDFPR")
    assert walk.case.checks[-1].source == "Illinois IDFPR"


@pytest.mark.parametrize("who", ["adeyemi", "chen", "stone", "ada", "nobody", "clock", "case/2026-00001"])
def test_only_those_the_file_names_verify(who: str) -> None:
    walk = case_in("verification")
    assert "recorded only by Medical staff coordinator" in walk.refused(who, "verify", **CHECK)
    assert "Only whoever may record" in walk.refused(who, "strike", number=1, reason="x")


def test_a_role_that_ended_or_lies_elsewhere_verifies_nothing() -> None:
    ended = person("ortiz", "coordinator", before="2026-03-02")
    elsewhere = person("ortiz", "coordinator", at="facility/north")
    for who in (ended, elsewhere, person("ortiz", "coordinator", since="2026-03-03")):
        assert "recorded only by" in case_in("verification").but(who).refused("ortiz", "verify", **CHECK)


@pytest.mark.parametrize("state", ["draft", "department_review", "board_review", "adverse_recommendation"])
def test_verifying_is_possible_in_every_open_state(state: str) -> None:
    assert case_in(state).does("ortiz", "verify", **CHECK).case.checks[-1].name == "license"


def test_a_file_without_verifications_asks_for_none() -> None:
    assert "(asked for: none)" in hearing().refused("ortiz", "verify", **CHECK)


@pytest.mark.parametrize("number", [0, 2, -1, True, 1.0, "1", None, [1], 10**30])
def test_only_the_number_of_a_verification_strikes_it(number: object) -> None:
    assert "must be the number" in case_in("verification").refused("ortiz", "strike", number=number, reason="x")


def test_a_verification_is_struck_once_with_a_reason_and_stays_on_record() -> None:
    walk = case_in("verification")
    assert "reason: must be a text" in walk.refused("ortiz", "strike", number=1)
    walk.does("ortiz", "strike", number=1, reason="another person's")
    assert walk.case.checks[0].struck
    assert walk.last("verification_struck") == {"number": 1, "reason": "another person's"}
    assert "must be the number" in walk.refused("ortiz", "strike", number=1, reason="again")


# Notices --------------------------------------------------------------------------------------------------------------


def test_serving_a_notice_makes_the_moment_that_periods_count_from() -> None:
    walk = hearing().wait(days=3).does("ortiz", "serve", name="adverse_notice", served_on="2026-03-04")
    assert walk.case.moments["adverse_notice"].at == "2026-03-04T06:00:00.000000Z"
    assert walk.case.notices[0].served_on == "2026-03-04"
    assert walk.case.notices[0].method == "certified mail"


@pytest.mark.parametrize(
    ("who", "args", "text"),
    [
        ("ortiz", {"name": "hearing_notice"}, "no notice 'hearing_notice' is owed in this case"),
        ("ortiz", {"name": None}, "no notice '' is owed"),
        ("adeyemi", {}, "recorded only by coordinator"),
        ("ada", {}, "recorded only by coordinator"),
        ("ortiz", {"served_on": "2026-03-01"}, "from 2026-03-02, when it was owed, to 2026-03-02"),
        ("ortiz", {"served_on": "2026-03-03"}, "from 2026-03-02, when it was owed, to 2026-03-02"),
        ("ortiz", {"served_on": None}, "must be a day from"),
        ("ortiz", {"method": "\x00"}, "method: may not hold a NUL"),
        ("ortiz", {"evidence": "receipt.pdf"}, "evidence: must name its evidence"),
    ],
)
def test_a_notice_is_served_by_whom_and_when_it_can_be(who: str, args: dict[str, object], text: str) -> None:
    assert text in hearing().refused(who, "serve", **{"name": "adverse_notice", "served_on": "2026-03-02", **args})


def test_the_sender_may_record_the_service_too_and_once_only() -> None:
    walk = hearing().does("stone", "serve", name="adverse_notice", served_on="2026-03-02", evidence=DIGEST)
    assert walk.last("notice_served")["evidence"] == DIGEST
    assert "no notice 'adverse_notice' is owed" in walk.refused("stone", "serve", name="adverse_notice")


def test_a_notice_of_a_body_is_recorded_by_the_roles_named() -> None:
    text = """
roles: {coordinator: {}, applicant: {of: case}}
bodies: {board: {quorum: 1 members, carries: all members, cite: sample}}
notices: {letter: {from: board, to: applicant, sent_by: mail, by: coordinator, says: [what], cite: sample}}
opening: {begin: {by: coordinator, to: on}}
states:
  on: {does: [{serve: letter}], actions: {go: {by: board, to: off}}}
  off: {final: granted}
"""
    walk = small(text)
    assert "recorded only by coordinator" in walk.refused("gita", "serve", name="letter", served_on="2026-03-02")
    assert walk.does("ortiz", "serve", name="letter", served_on="2026-03-02").case.notices[0].served_on


def test_the_notice_of_the_decision_is_served_after_the_case_has_ended() -> None:
    walk = case_in("granted").does("ortiz", "serve", name="decision_notice", served_on="2026-03-02")
    assert walk.case.notices[-1].served_on == "2026-03-02"
    assert walk.case.deadlines == ()


def test_nothing_recorded_ever_moves_the_case() -> None:
    walk = applied(case_in("draft")).verified().does("ortiz", "strike", number=1, reason="x")
    assert walk.case.state == "draft"
    assert set(walk.kinds) == {
        "opened",
        "items_recorded",
        "privileges_requested",
        "attested",
        "verified",
        "verification_struck",
    }
    assert approved(case_in("board_review")).case.state == "granted"
    assert opened(flow(FLOW), "ortiz", "begin").case.state == "on"


FLOW = """
roles: {coordinator: {}}
opening: {begin: {by: coordinator, to: on}}
states:
  on: {actions: {go: {by: coordinator, to: off}}}
  off: {final: granted}
"""
