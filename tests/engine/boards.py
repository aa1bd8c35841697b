"""A governing board with a motion before it, and other ways to seat it."""

from __future__ import annotations

from dataclasses import replace

from builders import BODIES, GRANTED, LONG_AGO, OFFICE, body, id_of
from walking import Walk, case_in, small

from privileging.engine.values import Body, Seat

BOARD = "governing_board"
APPROVAL = {"privileges": GRANTED, "term_ends": "2028-03-01"}


def moved() -> Walk:
    """The board has a motion to approve before it: gita (chair), hal, ines."""
    return case_in("board_review").moved(BOARD, "approve", **APPROVAL)


def board(*sitting: Seat) -> dict[str, Body]:
    return {BOARD: replace(BODIES[BOARD], seats=sitting)}


def seat(name: str, **kind: object) -> Seat:
    return Seat(id_of(name), LONG_AGO, **kind)  # type: ignore[arg-type]


def two_bodies() -> Walk:
    rule = "quorum: 1 members, carries: majority of votes cast, cite: sample"
    text = f"""
roles: {{coordinator: {{}}}}
bodies: {{board: {{{rule}}}, panel: {{{rule}}}}}
opening: {{begin: {{by: coordinator, to: on}}}}
states:
  on: {{actions: {{go: {{by: [board, panel], to: off, quorum: 2 members, carries: two thirds of members}}}}}}
  off: {{final: granted}}
"""
    return small(
        text, office=OFFICE.but(bodies={"board": body("board", "gita", "hal", "ines"), "panel": body("panel", "jon")})
    )
