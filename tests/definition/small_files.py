"""Two small definition files that load and prove, and a way to break them in exactly one place."""

from __future__ import annotations

from privileging.definition.load import load
from privileging.definition.model import Workflow
from privileging.errors import DefinitionError

CHILD = """
workflow: appeal
version: 1
governed_by: sample
roles:
  applicant: {of: case}
  chief: {}
facts:
  reasons: text
opening:
  offer: {by: opener, to: offered, with: reasons}
actions:
  close: {by: opener, to: closed}
states:
  offered:
    also: close
    deadlines:
      ask: {due: 10 days, then: uphold, cite: sample}
    actions:
      uphold: {by: [applicant, clock], to: upheld}
      overturn: {by: chief, to: overturned}
  upheld: {final: upheld}
  overturned: {final: reversed}
  closed: {final: closed}
"""

SMALL = """
workflow: small
version: 1
governed_by: sample
roles:
  applicant: {of: case}
  coordinator: {}
  chief: {substitute: coordinator}
bodies:
  board: {quorum: 50% of members, carries: majority of votes cast, cite: sample}
application:
  number: {kind: text, required: true}
  certified: {kind: {choice: ['yes', 'no']}}
  education: {kind: {list: [school]}}
facts:
  reasons: text
  privileges: each_privilege
  term_ends: date
  heard_on: date
  level: {rising: [low, high]}
  appointment_ends: {on_record: date}
verifications:
  license: {source: State board, by: coordinator, fresh_for: 120 days, cite: sample}
  npdb: {source: NPDB, by: [coordinator, chief], at_least: 2, accept: letter, cite: sample}
notices:
  decision: {from: chief, to: applicant, sent_by: mail, says: outcome, cite: sample}
opening:
  apply: {by: applicant, to: draft}
actions:
  withdraw: {by: applicant, to: withdrawn}
  lapse: {by: clock, to: withdrawn}
states:
  draft:
    also: [withdraw, lapse]
    deadlines:
      answer: {due: 30 days, then: lapse, notify: coordinator, cite: sample}
    actions:
      submit: {by: applicant, to: review, with: [level, heard_on], requires: application_complete}
  review:
    also: withdraw
    deadlines:
      report: {due: 10 business days after submit, unless: {already: hold}, cite: sample}
      meet: {due: next regular meeting of board after heard_on, cite: sample}
      term: {due: 60 days before appointment_ends, cite: sample}
    actions:
      hold: {by: coordinator, with: reasons}
      recommend: {by: chief, to: voting, requires: [{verified: [license, npdb]}, {level: low}]}
      send_back: {by: chief, to: draft, does: [{notify: [board, chief]}]}
      refuse: {by: board, to: hearing, with: reasons, quorum: all members}
  hearing:
    does: [{open: appeal}]
    also: withdraw
    actions:
      upheld: {by: appeal, to: denied}
      reversed: {by: appeal, to: review}
  voting:
    shown_as: With the board
    deadlines:
      vote: {due: 2 months, then: tire, cite: sample}
    actions:
      grant:
        by: board
        to: granted
        with: [privileges, term_ends]
        requires: [verifications_current, {term_at_most: 2 years}, all_privileges_granted]
        carries: two thirds of members
        cite: sample
      tire: {by: [board, clock], to: denied}
      wait: {by: board, requires: [{not_yet: hold}, {not_before: 30 days after license}, {overdue: vote}]}
  granted: {does: [grant_privileges, {serve: decision}], final: granted}
  denied: {final: denied}
  withdrawn: {final: withdrawn}
deadlines:
  whole: {due: 1 year after opening, notify: [chief, board], cite: sample}
safeguards:
  board_grants: {never: grant_privileges, except_by: board, cite: sample}
  current: {never: [granted, decision], unless: [verifications_current, {verified: npdb}], cite: sample}
  recommended: {never: voting.grant, without: review.recommend, since: [opening, draft], cite: sample}
  two_hands: {never_one_person: [submit, recommend], cite: sample}
"""


def child(text: str = CHILD) -> Workflow:
    return load(text.encode(), "appeal.yaml")


def small(text: str = SMALL, child_text: str = CHILD) -> Workflow:
    return load(text.encode(), "small.yaml", {"appeal": child(child_text)})


def changed(old: str, new: str, text: str = SMALL) -> str:
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
    return text.replace(old, new)


def refused(text: str, child_text: str = CHILD) -> list[str]:
    """What is said about a file that must not load."""
    try:
        small(text, child_text)
    except DefinitionError as error:
        return str(error).splitlines()
    raise AssertionError("it loaded")
