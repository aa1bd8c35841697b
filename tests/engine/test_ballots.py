"""How a body acts: one motion at a time, moved, voted on and closed by those who may."""

from __future__ import annotations

import pytest
from boards import APPROVAL, BOARD, board, moved, seat, two_bodies
from builders import LONG_AGO, body, id_of, seats
from walking import case_in

from privileging.engine.values import Refusal, Seat

# Moving ---------------------------------------------------------------------------------------------------------------


def test_any_voting_member_moves_and_what_is_lacking_is_shown() -> None:
    walk = case_in("board_review").wait(days=40).does("ines", "move", action="approve", facts=APPROVAL)
    told = walk.last("motion_made")
    assert (told["number"], told["body"], told["action"], told["facts"]) == (3, BOARD, "approve", APPROVAL)
    assert told["missing"] == ["Federal exclusions: verified on 2026-03-02, 40 days ago; the limit is 30 days"]
    assert walk.case.state == "board_review"


@pytest.mark.parametrize("who", ["adeyemi", "ortiz", "ada", "nobody"])
def test_nobody_else_moves(who: str) -> None:
    answer = case_in("board_review").ask(who, "move", action="approve", facts=APPROVAL)
    assert isinstance(answer, Refusal)
    assert (answer.permitted, answer.reasons[0].text) == (
        False,
        "Only a voting member of the Governing board may do this",
    )


@pytest.mark.parametrize(
    "sitting",
    [
        seat("hal", votes=False),
        Seat(id_of("hal"), LONG_AGO, before="2026-03-02"),
        Seat(id_of("hal"), "2026-03-03"),
    ],
    ids=["without a vote", "ended", "not begun"],
)
def test_a_seat_without_a_vote_today_neither_moves_nor_votes(sitting: Seat) -> None:
    walk = case_in("board_review").but(bodies=board(*seats("gita", "ines"), sitting))
    assert "Only a voting member" in walk.refused("hal", "move", action="approve", facts=APPROVAL)
    walk.moved(BOARD, "approve", **APPROVAL)
    assert "Only a voting member" in walk.refused("hal", "vote", motion=walk.motion, choice="for")


@pytest.mark.parametrize("action", ["grant", "withdraw", "", None, 7, ["approve"]])
def test_only_what_the_body_decides_here_is_moved(action: object) -> None:
    text = case_in("board_review").refused("gita", "move", action=action)
    assert (
        text == "action: the bodies may move approve, approve_with_conditions, propose_denial, defer, refer_back here"
    )


def test_where_no_body_decides_nothing_is_moved() -> None:
    assert "may move nothing here" in case_in("verification").refused("gita", "move", action="complete")


def test_an_action_of_two_bodies_is_moved_in_one_of_them() -> None:
    walk = two_bodies()
    assert walk.refused("gita", "move", action="go", body="panel").startswith("Only a voting member of the Panel")
    assert walk.refused("gita", "move", action="go", body="court").startswith("action: the bodies may move go")
    assert walk.does("gita", "move", action="go", body="board").case.motions[-1].body == "board"


def test_one_motion_at_a_time() -> None:
    assert (
        moved().refused("hal", "move", action="defer", facts={"reasons": "x"})
        == "Motion 3 is open; it is voted on first"
    )


def test_the_facts_are_fixed_when_it_is_moved() -> None:
    text = case_in("board_review").refused("gita", "move", action="approve", facts={"term_ends": "soon"})
    assert "privileges: must be stated" in text
    assert "term_ends: must be a day" in text


# Voting ---------------------------------------------------------------------------------------------------------------


def test_a_change_of_vote_keeps_the_last_and_both_stay_in_the_history() -> None:
    walk = moved().voted("hal:against", "hal:abstain", "hal")
    assert [vote.choice for vote in walk.case.open_motion.votes] == ["for"]  # type: ignore[union-attr]
    assert [e.body["choice"] for e in walk.events if e.kind == "vote_cast"][-3:] == ["against", "abstain", "for"]


@pytest.mark.parametrize("choice", ["yes", "", None, True, ["for"], "FOR"])
def test_a_vote_is_for_against_or_an_abstention(choice: object) -> None:
    text = moved().refused("hal", "vote", motion=3, choice=choice)
    assert text == "choice: must be one of for, against, abstain"


@pytest.mark.parametrize("number", [0, 4, True, 3.0, "3", None, [3], 10**30])
def test_only_the_number_of_a_motion_names_it(number: object) -> None:
    for kind in ("vote", "close"):
        assert "must be the number of a motion" in moved().refused("gita", kind, motion=number, choice="for")


def test_a_closed_motion_is_not_voted_on() -> None:
    walk = moved().closed("gita")
    assert walk.refused("hal", "vote", motion=3, choice="for") == "Motion 3 is closed: no_quorum"
    assert walk.refused("gita", "close", motion=1) == "Motion 1 is closed: carried"


@pytest.mark.parametrize("reason", ["\x00", " ", "x" * 30_000, 7, ["x"]])
def test_a_reason_is_a_text_or_left_out(reason: object) -> None:
    assert "reason: " in moved().refused("hal", "vote", motion=3, choice="for", reason=reason)
    assert moved().does("hal", "vote", motion=3, choice="for", reason="").last("vote_cast")["reason"] == ""


# Recusal --------------------------------------------------------------------------------------------------------------


def test_a_recusal_sets_an_earlier_vote_aside_and_bars_another() -> None:
    walk = moved().voted("hal", "ines").does("hal", "recuse", body=BOARD, reason="business partner")
    assert [vote.person for vote in walk.case.open_motion.votes] == ["person/ines"]  # type: ignore[union-attr]
    assert "You take no part in this" in walk.refused("hal", "vote", motion=3, choice="for")
    assert walk.refused("hal", "recuse", body=BOARD, reason="again") == "You are recused already"


def test_a_recusal_is_for_one_body_and_leaves_the_votes_on_closed_motions() -> None:
    walk = case_in("executive_review").but(bodies={BOARD: body(BOARD, "dora", "hal")})
    walk.does("dora", "recuse", body=BOARD, reason="kin").carried("executive_committee", "recommend")
    assert "person/dora" in {vote.person for vote in walk.case.motions[-1].votes}
    assert "You take no part" in walk.refused("dora", "move", action="approve", facts=APPROVAL)


def test_a_recusal_in_one_body_leaves_the_votes_in_another() -> None:
    walk = case_in("board_review").but(bodies={"credentials_committee": body("credentials_committee", "hal")})
    walk.moved(BOARD, "approve", **APPROVAL).voted("hal").does(
        "hal", "recuse", body="credentials_committee", reason="kin"
    )
    assert [vote.person for vote in walk.case.open_motion.votes] == ["person/hal"]  # type: ignore[union-attr]


def test_a_recused_member_leaves_the_base() -> None:
    walk = moved().does("hal", "recuse", body=BOARD, reason="kin").does("ines", "recuse", body=BOARD, reason="kin")
    walk.voted("gita").closed("gita")
    assert walk.last("motion_closed")["sentence"] == (
        "1 of 3 took part, 2 recused, 1 needed (50% of members); 1 for, 0 against, 0 abstained, "
        "1 needed (majority of votes cast): carried"
    )


@pytest.mark.parametrize(
    ("who", "args", "text"),
    [
        ("hal", {"body": "jury"}, "body: must be one of credentials_committee, executive_committee, governing_board"),
        ("hal", {"body": [BOARD]}, "body: must be one of"),
        ("ada", {}, "You hold no seat in the Governing board"),
        ("hal", {"reason": None}, "reason: must be a text"),
        ("hal", {"reason": ""}, "reason: is empty"),
    ],
)
def test_a_recusal_says_from_what_and_why(who: str, args: dict[str, object], text: str) -> None:
    assert text in moved().refused(who, "recuse", **{"body": BOARD, "reason": "kin", **args})


def test_a_member_never_takes_part_in_their_own_case() -> None:
    walk = case_in("board_review").but(bodies=board(*seats("adeyemi", "gita", "hal")))
    assert "You take no part" in walk.refused("adeyemi", "move", action="approve", facts=APPROVAL)
    walk.does("gita", "move", action="approve", facts=APPROVAL)
    assert "You take no part" in walk.refused("adeyemi", "vote", motion=3, choice="for")
    assert "Only a voting member who is not recused" in walk.refused("adeyemi", "close", motion=3)
    assert walk.voted("hal").closed("hal").case.outcome == "granted"


@pytest.mark.parametrize("votes", [True, False])
def test_a_chair_never_closes_their_own_case_with_or_without_a_vote(votes: bool) -> None:
    chair = seat("adeyemi", chair=True, votes=votes)
    walk = case_in("board_review").but(bodies=board(chair, seat("gita"), seat("hal")))
    walk.does("gita", "move", action="approve", facts=APPROVAL)
    assert "closes the vote" in walk.refused("adeyemi", "close", motion=3)
    assert walk.voted("gita").closed("hal").case.outcome == "granted"


def test_two_seats_are_one_vote() -> None:
    twice = (*seats("gita", "hal", "ines"), seat("hal"), Seat(id_of("hal"), "2021-01-01"))
    walk = case_in("board_review").but(bodies=board(*twice)).moved(BOARD, "approve", **APPROVAL)
    walk.voted("gita:against", "hal").closed("gita")
    assert walk.last("motion_closed")["result"] == "lost"
    assert [entry["person"] for entry in walk.last("motion_closed")["roll"]].count("person/hal") == 1  # type: ignore[attr-defined]


def test_a_second_seat_without_a_vote_takes_none_away() -> None:
    walk = case_in("board_review").but(bodies=board(seat("hal", votes=False), seat("hal", chair=True)))
    walk.does("hal", "move", action="approve", facts=APPROVAL).voted("hal").closed("hal")
    assert walk.case.outcome == "granted"
