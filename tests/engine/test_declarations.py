"""Before the file opens to a member, they say whether they have a conflict: none, or they are recused."""

from __future__ import annotations

import pytest
from builders import BODIES, OFFICE, body
from walking import Walk, case_in

from privileging.engine.ballots import undeclared
from privileging.engine.values import Recusal, body_id

COMMITTEE, EXECUTIVE, BOARD = "credentials_committee", "executive_committee", "governing_board"
NONE = "I have no conflict"


def asked(walk: Walk, who: str, *bodies: str) -> str:
    return undeclared(walk.workflow, walk.case, f"person/{who}", bodies)


def test_a_declaration_is_kept_with_its_words() -> None:
    walk = case_in("board_review").does("hal", "declare", body=BOARD, statement=NONE)
    assert walk.last("no_conflict_declared") == {"person": "person/hal", "body": BOARD, "statement": NONE}
    assert walk.case.declared == (Recusal("person/hal", BOARD, NONE, walk.now),)
    assert (walk.events[-1].role, walk.refolded()) == (BOARD, walk.case)


@pytest.mark.parametrize(
    ("who", "args", "text"),
    [
        ("hal", {"body": "jury"}, "body: must be one of credentials_committee, executive_committee, governing_board"),
        ("hal", {"body": [BOARD]}, "body: must be one of"),
        ("hal", {"body": EXECUTIVE}, "You hold no seat in the Medical executive committee"),
        ("ortiz", {}, "You hold no seat in the Governing board"),
        ("hal", {"statement": ""}, "statement: is empty"),
        ("hal", {"statement": None}, "statement: must be a text"),
        ("hal", {"statement": "x" * 30_000}, "statement: is longer than"),
    ],
)
def test_a_declaration_says_to_which_body_and_what(who: str, args: dict[str, object], text: str) -> None:
    assert text in case_in("board_review").refused(who, "declare", **{"body": BOARD, "statement": NONE, **args})


def test_once_is_enough() -> None:
    walk = case_in("board_review").does("hal", "declare", body=BOARD, statement=NONE)
    assert walk.refused("hal", "declare", body=BOARD, statement=NONE) == "You have declared this already"
    walk.does("ines", "declare", body=BOARD, statement=NONE)
    assert len(walk.case.declared) == 2


def test_whoever_is_recused_declares_no_more_in_whichever_body() -> None:
    walk = case_in("executive_review").but(bodies={BOARD: body(BOARD, "dora", "hal")})
    walk.does("dora", "recuse", body=EXECUTIVE, reason="kin")
    for name in (EXECUTIVE, BOARD):
        assert "You take no part in this" in walk.refused("dora", "declare", body=name, statement=NONE)


def test_nobody_declares_in_their_own_case() -> None:
    walk = case_in("board_review").but(bodies={BOARD: body(BOARD, "gita", "adeyemi")})
    assert "it is your own case" in walk.refused("adeyemi", "declare", body=BOARD, statement=NONE)


def test_a_conflict_found_later_still_recuses() -> None:
    walk = case_in("board_review").does("hal", "declare", body=BOARD, statement=NONE)
    walk.does("hal", "recuse", body=BOARD, reason="we became partners")
    assert walk.case.recused(BOARD) == ("person/hal",)


def test_a_case_that_has_ended_is_read_after_declaring_too() -> None:
    walk = case_in("granted")
    walk.office = OFFICE.but(bodies={BOARD: body(BOARD, "gita", "new")})
    assert asked(walk, "new", BOARD) == BOARD
    assert asked(walk.does("new", "declare", body=BOARD, statement=NONE), "new", BOARD) == ""


# Who is asked ---------------------------------------------------------------------------------------------------------


def test_a_member_is_asked_until_they_have_said_so() -> None:
    walk = case_in("board_review")
    assert asked(walk, "hal", BOARD) == BOARD
    assert asked(walk.does("hal", "declare", body=BOARD, statement=NONE), "hal", BOARD) == ""
    assert asked(walk, "ines", BOARD) == BOARD


def test_whoever_sits_nowhere_is_not_asked() -> None:
    assert asked(case_in("board_review"), "ortiz") == ""


def test_whoever_moved_or_voted_took_part_and_is_not_asked() -> None:
    walk = case_in("board_review").moved(BOARD, "defer", reasons="more time").voted("hal")
    assert [asked(walk, who, BOARD) for who in ("gita", "hal", "ines")] == ["", "", BOARD]


def test_the_body_that_acts_now_is_the_one_that_asks() -> None:
    walk = case_in("executive_review").but(bodies={EXECUTIVE: body(EXECUTIVE, "ada", "dora")})
    assert asked(walk, "ada", COMMITTEE) == ""
    assert asked(walk, "ada", COMMITTEE, EXECUTIVE) == EXECUTIVE
    walk.does("ada", "declare", body=EXECUTIVE, statement=NONE)
    assert asked(walk, "ada", COMMITTEE, EXECUTIVE) == ""


def test_a_declaration_to_one_body_is_none_to_another() -> None:
    walk = case_in("board_review").but(bodies={COMMITTEE: body(COMMITTEE, "hal")})
    walk.does("hal", "declare", body=COMMITTEE, statement=NONE)
    assert asked(walk, "hal", BOARD, COMMITTEE) == BOARD


def test_where_none_of_their_bodies_acts_any_answer_will_do() -> None:
    walk = case_in("department_review").but(bodies={COMMITTEE: body(COMMITTEE, "hal")})
    assert asked(walk, "hal", COMMITTEE, BOARD) == COMMITTEE
    assert asked(walk.does("hal", "declare", body=BOARD, statement=NONE), "hal", COMMITTEE, BOARD) == ""


def test_a_body_is_known_by_the_end_of_its_stream() -> None:
    assert body_id("facility/main", BOARD).rpartition("/")[2] == BOARD
    assert BODIES[BOARD].id == body_id("facility/main", BOARD)
