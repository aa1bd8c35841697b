"""How a vote is closed: by whom, with what arithmetic, and when it binds; and what is entered late."""

from __future__ import annotations

from dataclasses import replace

import pytest
from boards import APPROVAL, BOARD, board, moved, seat, two_bodies
from builders import GRANTED, LONG_AGO, OFFICE, id_of, seats
from walking import after, case_in

from privileging.engine.ballots import stale
from privileging.engine.values import Command, Seat


def test_the_chair_closes_and_a_carried_motion_moves_the_case() -> None:
    walk = moved().voted("gita", "hal:against", "ines")
    assert walk.refused("hal", "close", motion=3) == "Only the chair of the Governing board closes the vote"
    walk.closed("gita")
    assert (walk.case.state, walk.last("moved")["motion"]) == ("granted", 3)
    assert walk.last("moved")["performers"] == ["person/gita", "person/hal", "person/ines"]
    assert [e.role for e in walk.events if e.kind == "moved"][-1] == BOARD


def test_where_the_chair_is_recused_another_voting_member_closes() -> None:
    walk = moved().voted("hal", "ines").does("gita", "recuse", body=BOARD, reason="kin")
    assert "closes the vote" in walk.refused("gita", "close", motion=3)
    assert walk.closed("ines").case.outcome == "granted"


def test_where_no_seat_is_the_chairs_a_voting_member_closes_and_nobody_else() -> None:
    walk = case_in("board_review").but(bodies=board(seat("hal"), seat("ines", votes=False)))
    walk.does("hal", "move", action="approve", facts=APPROVAL).voted("hal")
    for who in ("ines", "gita", "ortiz"):
        assert "Only a voting member who is not recused of the Governing board" in walk.refused(who, "close", motion=3)
    assert walk.closed("hal").case.outcome == "granted"


@pytest.mark.parametrize(
    ("ballots", "result"),
    [
        (("gita", "hal:against"), "lost"),
        (("gita:against", "hal:against", "ines"), "lost"),
        (("gita:abstain", "hal:abstain"), "lost"),
        (("gita",), "no_quorum"),
        ((), "no_quorum"),
    ],
)
def test_a_motion_that_does_not_carry_moves_nothing_and_another_may_be_made(
    ballots: tuple[str, ...], result: str
) -> None:
    walk = moved().voted(*ballots).closed("gita")
    assert (walk.case.state, walk.case.motions[-1].result) == ("board_review", result)
    assert walk.moved(BOARD, "defer", reasons="more time").motion == 4


def test_abstentions_count_for_the_quorum_and_are_not_votes_cast() -> None:
    assert moved().voted("gita", "hal:abstain").closed("gita").case.outcome == "granted"


def test_an_action_may_ask_for_more_than_its_body_does() -> None:
    walk = two_bodies().does("gita", "move", action="go", body="board").voted("gita").closed("gita")
    assert walk.last("motion_closed")["result"] == "no_quorum"
    walk.does("gita", "move", action="go", body="board").voted("gita", "hal").closed("gita")
    assert walk.case.outcome == "granted"


def test_an_action_may_ask_for_a_larger_majority_than_its_body_does() -> None:
    walk = two_bodies().does("gita", "move", action="go", body="board").voted("gita", "hal:abstain").closed("gita")
    assert walk.last("motion_closed")["result"] == "lost"


def test_a_lost_motion_is_lost_whatever_else_it_lacked() -> None:
    walk = moved().voted("gita:against", "hal:against").wait(days=31).closed("gita")
    assert (walk.last("motion_closed")["result"], walk.last("motion_closed")["missing"]) == ("lost", [])


def test_what_is_required_is_judged_when_the_vote_closes() -> None:
    walk = moved().voted("gita", "hal").wait(days=31).closed("gita")
    told = walk.last("motion_closed")
    assert (walk.case.state, told["result"]) == ("board_review", "carried_not_executed")
    assert "Federal exclusions: verified on 2026-03-02, 31 days ago" in str(told["missing"])


def test_a_board_cannot_approve_on_a_stale_license() -> None:
    walk = (
        case_in("board_review")
        .wait(days=121)
        .verified("exclusions", "npdb", "malpractice", "insurance", "board_status")
    )
    walk.carried(BOARD, "approve", privileges=GRANTED, term_ends="2028-03-01")
    assert [r["text"] for r in walk.last("motion_closed")["missing"]] == [  # type: ignore[attr-defined]
        "State license: verified on 2026-03-02, 121 days ago; the limit is 120 days"
    ]


def test_what_was_moved_must_still_be_what_is_requested_when_the_vote_closes() -> None:
    walk = moved().voted("gita", "hal")
    args = {"form": "general_surgery", "without": ["hernia_repair"], "reason": "given up"}
    walk.does("ortiz", "request_privileges", **args).closed("gita")
    assert walk.last("motion_closed")["result"] == "carried_not_executed"
    assert "'hernia_repair' was not requested" in str(walk.last("motion_closed")["missing"])


def test_the_vote_of_somebody_who_lost_their_seat_does_not_count() -> None:
    walk = moved().voted("gita:against", "hal", "ines")
    gone = Seat(id_of("ines"), LONG_AGO, before="2026-03-02")
    walk.but(bodies=board(*seats("gita", "hal"), gone)).closed("gita")
    assert walk.last("motion_closed")["result"] == "lost"


def test_the_roll_says_what_each_member_did() -> None:
    walk = moved().voted("gita").does("hal", "recuse", body=BOARD, reason="kin").closed("gita")
    assert walk.last("motion_closed")["roll"] == [
        {"person": "person/gita", "did": "for"},
        {"person": "person/hal", "did": "recused"},
        {"person": "person/ines", "did": "absent"},
    ]


def test_a_motion_is_overtaken_when_the_case_moves_on_otherwise() -> None:
    walk = moved().voted("gita", "hal").takes("adeyemi", "withdraw")
    assert (walk.case.motions[-1].result, walk.case.open_motion) == ("overtaken", None)
    assert walk.refused("gita", "close", motion=3) == "Motion 3 is closed: overtaken"


def test_a_decision_that_stays_closes_its_motion_and_keeps_the_clocks() -> None:
    walk = case_in("board_review")
    deadlines = walk.case.deadlines
    walk.carried(BOARD, "defer", reasons="more time")
    assert (walk.case.state, walk.case.deadlines) == ("board_review", deadlines)


def test_a_body_that_is_not_known_has_no_members() -> None:
    walk = case_in("board_review")
    walk.office = replace(OFFICE, bodies={})
    assert "Only a voting member" in walk.refused("gita", "move", action="approve", facts=APPROVAL)


# Late, and the second writer ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "kind", "hours", "text"),
    [
        ("gita", "close", -5, "motion 3 was not made before"),
        ("gita", "close", -3, "motion 3 was still voted on after that"),
        ("hal", "vote", -5, "motion 3 was not made before"),
        ("hal", "vote", -3, "you voted on motion 3 after that"),
    ],
)
def test_a_late_entry_does_not_undo_what_was_voted_since(who: str, kind: str, hours: int, text: str) -> None:
    walk = case_in("board_review").wait(hours=2).moved(BOARD, "approve", **APPROVAL)
    walk.wait(hours=2).voted("gita", "hal:against", "ines:against").wait(hours=2)
    late = {"at": after(walk.now, hours=hours), "reason": "by telephone"}
    assert text in walk.refused(who, kind, motion=3, choice="for", **late)


def test_a_vote_and_a_close_may_be_entered_late() -> None:
    walk = moved().wait(hours=4)
    for who in ("gita", "hal"):
        walk.does(who, "vote", motion=3, choice="for", at=after(hours=1), reason="shown hands")
    walk.closed("gita", at=after(hours=1), reason="closed in the meeting")
    assert (walk.case.outcome, walk.case.ended_at) == ("granted", after(hours=1))


@pytest.mark.parametrize(
    ("kind", "seen", "text"),
    [
        ("vote", (3, 1, 0), None),
        ("vote", 17, None),
        ("vote", None, None),
        ("do", (9, 9, 9), None),
        ("vote", (2, 1, 0), "motion 2 is no longer open"),
        ("vote", (3, 2, 0), "motion 3 was reworded"),
        ("vote", (3, 1, 99), "your vote was set aside"),
    ],
)
def test_a_voter_is_told_what_they_had_not_seen(kind: str, seen: object, text: str | None) -> None:
    command = Command("k", kind, "case/2026-00001", "person/hal", seen=seen)  # type: ignore[arg-type]
    assert stale(moved().case, command) == text


def test_a_voter_is_told_of_their_own_other_window() -> None:
    command = Command("k", "vote", "case/2026-00001", "person/hal", seen=(3, 1, 0))
    assert stale(moved().voted("hal").case, command) == "you voted on motion 3 in another window"
    assert stale(moved().voted("hal").closed("gita").case, command) == "motion 3 is no longer open"
    assert stale(moved().voted("gita").case, command) is None
