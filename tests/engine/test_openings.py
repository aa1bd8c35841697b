"""Who opens a case, for whom, and that nobody passes for another case."""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import LINES, OFFICE, person, workflows
from walking import Known, Walk, opened

from privileging.engine.values import Refusal


def test_an_applicant_opens_their_own_case_and_no_other() -> None:
    workflow = workflows()["initial_appointment"]
    assert opened(workflow, "adeyemi", "apply").case.practitioner == "person/adeyemi"
    assert "only by Applicant" in Walk(workflow).refused("chen", "open", action="apply")


def test_a_coordinator_does_not_invite_themselves() -> None:
    office = OFFICE.but(person("adeyemi", "coordinator"))
    text = Walk(workflows()["initial_appointment"], office).refused("adeyemi", "open", action="invite")
    assert "only by Medical staff coordinator" in text


@pytest.mark.parametrize("who", ["adeyemi", "ortiz", "nobody", "clock", "case/2026-00009"])
@pytest.mark.parametrize(("name", "action"), [("fair_hearing", "offer"), ("reappointment", "send")])
def test_nobody_passes_for_the_case_that_opens_this_one(who: str, name: str, action: str) -> None:
    told = {"opener": {"case": "case/2026-00001", "state": "x"}, "facts": {"reasons": "x"}}
    answer = Walk(workflows()[name]).ask(who, "open", action=action, **told)
    assert isinstance(answer, Refusal)
    assert answer.permitted is (who == "ortiz" and name == "reappointment")


def test_a_case_opens_only_what_is_offered_to_it() -> None:
    walk = Walk(workflows()["initial_appointment"])
    told = {"opener": {"case": "case/2026-00009", "state": "x"}}
    assert "only by Applicant" in walk.refused("case/2026-00009", "open", action="apply", **told)


def test_an_unknown_opening_names_those_there_are() -> None:
    text = Walk(workflows()["initial_appointment"]).refused("ortiz", "open", action="import")
    assert text == "action: Initial appointment and clinical privileges opens by apply, invite"


def test_a_case_is_opened_for_departments_of_the_facility() -> None:
    walk = Walk(workflows()["initial_appointment"])
    text = walk.refused("ortiz", "open", action="invite", departments=["surgery", "alchemy", 7])
    assert text == "departments: 'alchemy' is no department here; departments: '' is no department here"
    walk.does("ortiz", "open", action="invite", departments="surgery")
    assert walk.case.departments == ("surgery",)


def test_a_second_case_of_the_same_workflow_is_not_opened() -> None:
    walk = Walk(workflows()["initial_appointment"])
    context = replace(walk.office.context(walk.workflow, "ortiz"), open_cases=("case/2026-00007",))
    walk.office = Known(known=context)
    assert "is open already for this practitioner: case/2026-00007" in walk.refused("ortiz", "open", action="invite")


def test_an_opening_states_what_it_asks_and_nothing_else() -> None:
    text = Walk(workflows()["initial_appointment"]).refused("ortiz", "open", action="invite", facts={"lines": LINES})
    assert "'lines': Send an application states no such fact" in text
