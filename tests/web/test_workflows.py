"""The workflows to read: tables, safeguards, pictures; and the way one case went, in the words its reader may have."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from demo_office import Browser

from privileging.definition.load import load_sources, shipped

People = Callable[[str], Browser]
Numbers = Callable[..., str]
WORKFLOWS = load_sources(shipped())


def drawn(page: str) -> dict[str, set[str]]:
    """The states of the picture, with their classes."""
    svg = ElementTree.fromstring(re.search(r"<svg.*?</svg>", page, re.DOTALL)[0])  # type: ignore[index]
    found = [(part.get("id") or "", part.get("class") or "") for part in svg.iter()]
    return {id.removeprefix("state-"): set(names.split()) for id, names in found if id.startswith("state-")}


@pytest.mark.parametrize("account", ["ortiz", "okafor", "adeyemi", "quigley"])
def test_whoever_is_signed_in_reads_the_workflows(client_as: People, account: str) -> None:
    browser = client_as(account)
    page = browser.get("/workflows").text
    for name, workflow in WORKFLOWS.items():
        assert workflow.title in page
        assert browser.get(f"/workflows/{name}").status_code == 200


@pytest.mark.parametrize("name", WORKFLOWS)
def test_every_safeguard_shows_its_status_its_meaning_and_its_citation(client_as: People, name: str) -> None:
    page = client_as("quigley").get(f"/workflows/{name}").text
    table = page.partition('id="safeguards"')[2].partition("</table>")[0].split("<tr>")[2:]
    assert len(table) == len(WORKFLOWS[name].safeguards)
    for rule, row in zip(WORKFLOWS[name].safeguards.values(), table, strict=True):
        assert ("ATTACHED" if rule.never_one_person else "PROVED") in row
        assert ("refused the others" if rule.never_one_person else "on no path through this workflow") in row
        assert f'<td data-label="Clause">{rule.cite}</td>' in row


def test_states_show_actions_requirements_deadlines_and_clauses(client_as: People) -> None:
    page = client_as("quigley").get("/workflows/initial_appointment").text
    for words in (
        "Quorum",
        "50% of members",
        "verifications current",
        "Deadline: ",
        "10 business days",
        "45 CFR 60.17",
    ):
        assert words in page
    for state in WORKFLOWS["initial_appointment"].states.values():
        assert f'<h3 id="at-{state.name}">{state.title}' in page
    for action in WORKFLOWS["initial_appointment"].actions():
        assert f'<th scope="row">{action.title}</th>' in page or not action.state


def test_the_picture_has_every_state_and_a_list_says_the_same(client_as: People) -> None:
    page = client_as("quigley").get("/workflows/fair_hearing").text
    assert set(drawn(page)) == set(WORKFLOWS["fair_hearing"].states)
    twin = page.partition("The same as a list")[2].partition("</details>")[0]
    assert all(state.title in twin for state in WORKFLOWS["fair_hearing"].states.values())
    assert "style=" not in page
    assert "<style" not in page


def test_without_pygraphviz_the_page_says_how_to_get_it_and_shows_the_list(
    client_as: People, monkeypatch: pytest.MonkeyPatch, case_number: Numbers
) -> None:
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    auditor = client_as("quigley")
    page = auditor.get("/workflows/fair_hearing").text
    assert "pip install &#39;privileging[diagrams]&#39;" in page
    assert "<details open><summary>The same as a list" in page
    assert auditor.get(f"/cases/{case_number('initial_appointment', 'granted')}/diagram").status_code == 200


def test_versions_show_their_digest_and_since_when_they_are_live(client_as: People) -> None:
    browser = client_as("quigley")
    page = browser.get("/workflows/reappointment?version=1").text
    assert WORKFLOWS["reappointment"].digest in page
    assert re.search(r'data-label="Live from">\d+ \w+ 20\d\d<', page)
    assert browser.get("/workflows/nothing").status_code == 404


@pytest.mark.parametrize("path", ["/workflows", "/workflows/reappointment", "/cases/{0}/diagram"])
def test_nobody_changes_a_workflow_here(client_as: People, case_number: Numbers, path: str) -> None:
    number = case_number("initial_appointment", "granted")
    assert client_as("quigley").send(path.format(number)).status_code == 405


# The way of a case ----------------------------------------------------------------------------------------------------


def test_the_diagram_marks_the_path_walked_and_where_the_case_stands(client_as: People, case_number: Numbers) -> None:
    page = client_as("ortiz").get(f"/cases/{case_number('initial_appointment', 'granted')}/diagram").text
    states = drawn(page)
    walked = {"draft", "intake", "verification", "department_review", "committee_review", "executive_review"}
    assert {name for name, classes in states.items() if "visited" in classes} == {*walked, "board_review", "granted"}
    assert [name for name, classes in states.items() if "current" in classes] == ["granted"]
    assert page.count('class="edge walked"') == 8
    way = page.partition('<ol class="way">')[2].partition("</ol>")[0]
    assert way.count("<li") == 8
    assert 'aria-current="step"' in way.rpartition("<li")[2]
    assert "it ended here" in way


def test_the_diagram_says_what_may_come_next_and_by_whom(client_as: People, case_number: Numbers) -> None:
    page = client_as("ortiz").get(f"/cases/{case_number('initial_appointment', 'verification')}/diagram").text
    ahead = page.partition("What may come next")[2].partition("</ul>")[0]
    assert re.search(r"Send to department review, to Department review <small>Medical staff coordinator", ahead)


@pytest.mark.parametrize("state", ["adverse_recommendation", "executive_review"])
def test_an_applicant_reads_public_words_only(client_as: People, case_number: Numbers, state: str) -> None:
    """And cannot tell from the page whether a recommendation was adverse before being told."""
    account, person = {
        "adverse_recommendation": ("gallagher", "Saoirse Gallagher"),
        "executive_review": ("baek", "Hyun-woo Baek"),
    }[state]
    number = case_number("reappointment", state, practitioner_name=person)
    page = client_as(account).get(f"/cases/{number}/diagram").text
    inside = page.partition("</nav>")[2].partition("<footer")[0]
    for hidden in ("ommittee", "dverse", "oard", "recommend"):
        assert hidden not in inside.partition("</ul></nav>")[2], hidden
    assert "due " not in inside
    current = [name for name, classes in drawn(page).items() if "current" in classes]
    assert current == ["under_review"]
    ahead = re.findall(r"<li>([^<]+)", page.partition("What may come next")[2].partition("</ul>")[0])
    assert [text.strip() for text in ahead] == AFTER_REVIEW


AFTER_REVIEW = ["Being verified", "Withdrawn", "Resigned", "Lapsed", "Awaiting decision"]


def test_an_administrator_reads_where_a_case_stands_and_nothing_more(client_as: People, case_number: Numbers) -> None:
    page = client_as("feldman").get(f"/cases/{case_number('initial_appointment', 'executive_review')}/diagram").text
    way = page.partition('<ol class="way">')[2].partition("</ol>")[0]
    assert way.count("<li") == 1
    assert "<h1>Case 20" in page
    assert "Medical executive committee" in way
    assert "What may come next" not in page
    assert [name for name, classes in drawn(page).items() if "visited" in classes] == ["executive_review"]
    assert "walked" not in page
