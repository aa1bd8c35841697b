"""A case in which one action requires what a test says."""

from __future__ import annotations

from builders import OFFICE, body, person
from walking import Walk, small

from privileging.engine.values import Decision

FLOW = """
roles: {{applicant: {{of: case}}, coordinator: {{}}, chief: {{}}}}
bodies: {{board: {{quorum: 1 members, carries: majority of votes cast, cite: sample, title: Board}}}}
application:
  specialty: {{kind: text, required: true, title: Specialty}}
  training: {{kind: text}}
verifications:
  license: {{source: Board, by: coordinator, fresh_for: 120 days, cite: sample 1, title: License}}
  npdb: {{source: NPDB, by: chief, fresh_for: 3 months, cite: sample 2, title: NPDB}}
  references: {{source: Peers, by: coordinator, at_least: 2, cite: sample 3, title: References}}
notices:
  letter: {{from: chief, to: applicant, sent_by: mail, by: coordinator, says: [time], cite: sample}}
facts: {{level: {{rising: [low, high]}}, heard_on: date, ends: date, privileges: each_privilege}}
opening:
  begin: {{by: coordinator, to: waiting}}
states:
  waiting:
    does: [{{serve: letter}}]
    deadlines:
      answer: {{due: 10 days, cite: sample}}
    actions:
      say: {{by: coordinator, with: [level, heard_on]}}
      note: {{by: applicant}}
      state: {{by: chief, with: [privileges, ends]}}
      go: {{by: coordinator, to: done, requires: [{requirement}], cite: the clause}}
  done: {{final: granted}}
"""


def requiring(requirement: str) -> Walk:
    """A case in which the coordinator may ``go`` when the requirement holds."""
    office = OFFICE.but(person("stone", "chief"), bodies={"board": body("board", "gita")})
    return small(FLOW.format(requirement=requirement), office=office)


def met(walk: Walk, **facts: object) -> bool:
    return isinstance(walk.ask("ortiz", "do", action="go", facts=facts), Decision)
