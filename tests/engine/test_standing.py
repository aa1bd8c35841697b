"""Whether a verification counts: on file, fresh, unexpired, confirmed, not struck."""

from __future__ import annotations

import pytest
from requiring import met, requiring
from walking import after

from privileging.engine.standing import current


def test_every_verification_is_complete_whatever_its_age() -> None:
    walk = requiring("verifications_complete").verified("license", on="2020-01-01").verified("npdb", by="stone")
    assert walk.refused("ortiz", "do", action="go") == "References: 0 of 2 on file"
    walk.verified("references", on="2019-01-01")
    assert met(walk)


def test_every_verification_is_current_to_the_last_day_of_its_age() -> None:
    walk = requiring("verifications_current").verified("references", on="2019-01-01").verified("npdb", by="stone")
    walk.verified("license", on="2025-11-02")
    assert met(walk)
    assert "License: verified on 2025-11-02, 121 days ago; the limit is 120 days" in walk.wait(days=1).refused(
        "ortiz", "do", action="go"
    )


@pytest.mark.parametrize(("day", "fresh"), [("2026-05-28", True), ("2026-05-29", False)])
def test_an_age_in_months_is_counted_in_months(day: str, fresh: bool) -> None:
    walk = requiring("{verified: npdb}")
    walk.now = "2026-02-28T15:00:00.000000Z"
    walk.verified("npdb", by="stone")
    walk.now = f"{day}T15:00:00.000000Z"
    assert met(walk) is fresh


def test_only_the_verifications_named_are_asked_for() -> None:
    walk = requiring("{verified: [license, npdb]}").verified("license")
    assert walk.refused("ortiz", "do", action="go") == "NPDB: none on file"
    assert met(walk.verified("npdb", by="stone"))


def test_a_verification_counts_through_the_last_day_it_is_good() -> None:
    walk = requiring("{verified: license}")
    told = {"name": "license", "method": "web", "verified_on": "2026-03-01", "outcome": "verified"}
    walk.does("ortiz", "verify", good_until="2026-03-02", **told)
    assert met(walk)
    assert "good until 2026-03-02 only" in walk.wait(days=1).refused("ortiz", "do", action="go")


def test_what_the_source_did_not_confirm_does_not_count() -> None:
    walk = requiring("{verified: license}")
    told = {"name": "license", "method": "web", "verified_on": "2026-03-01"}
    walk.does("ortiz", "verify", outcome="not_verified", **told)
    assert "License: not confirmed at the source on 2026-03-01" in walk.refused("ortiz", "do", action="go")


@pytest.mark.parametrize("requirement", ["{verified: license}", "{any_of: [{verified: license}, {verified: npdb}]}"])
def test_a_later_failure_undoes_an_earlier_confirmation_until_it_is_confirmed_anew(requirement: str) -> None:
    walk = requiring(requirement).verified("license", on="2026-02-01")
    told = {"name": "license", "method": "web", "outcome": "not_verified"}
    walk.does("ortiz", "verify", verified_on="2026-03-01", **told)
    assert "not confirmed at the source on 2026-03-01" in walk.refused("ortiz", "do", action="go")
    assert met(walk.verified("license"))


def test_nothing_counts_towards_what_the_source_last_failed_to_confirm() -> None:
    walk = requiring("{verified: license}").verified("license", on="2026-02-01")
    wanted, calendar = walk.workflow.verifications["license"], walk.office.calendar
    assert current(walk.case, wanted, walk.now, "2026-03-02", calendar) == walk.case.checks
    told = {"name": "license", "method": "web", "outcome": "not_verified"}
    walk.does("ortiz", "verify", verified_on="2026-03-01", **told)
    assert current(walk.case, wanted, walk.now, "2026-03-02", calendar) == ()


def test_an_earlier_failure_recorded_later_undoes_nothing() -> None:
    walk = requiring("{verified: license}").verified("license", on="2026-02-01")
    told = {"name": "license", "method": "web", "outcome": "not_verified"}
    assert met(walk.does("ortiz", "verify", verified_on="2026-01-01", **told))


def test_a_failure_that_was_struck_undoes_nothing() -> None:
    walk = requiring("{verified: license}").verified("license", on="2026-02-01")
    told = {"name": "license", "method": "web", "outcome": "not_verified"}
    walk.does("ortiz", "verify", verified_on="2026-03-01", **told)
    assert met(walk.does("ortiz", "strike", number=2, reason="another person's"))


def test_a_failure_found_after_the_decision_was_not_known_then() -> None:
    walk = requiring("{verified: license}").verified("license", on="2026-02-01").wait(days=2)
    told = {"name": "license", "method": "web", "outcome": "not_verified"}
    walk.does("ortiz", "verify", verified_on="2026-03-01", **told)
    assert walk.does("ortiz", "do", action="go", at=after(days=1), reason="signed that day").case.outcome


def test_one_peer_who_does_not_answer_undoes_no_other() -> None:
    walk = requiring("{verified: references}").verified("references")
    told = {"name": "references", "method": "letter", "outcome": "not_verified"}
    assert met(walk.does("ortiz", "verify", verified_on="2026-03-02", **told))


def test_of_several_records_those_that_count_are_counted_and_the_others_explained() -> None:
    walk = requiring("{verified: references}")
    told = {"name": "references", "method": "web", "outcome": "verified"}
    walk.does("ortiz", "verify", verified_on="2026-03-01", **told)
    walk.does("ortiz", "verify", verified_on="2026-03-01", good_until="2026-03-01", **told)
    text = walk.refused("ortiz", "do", action="go")
    assert text == "References: 1 of 2 on file (good until 2026-03-01 only)"


def test_a_struck_verification_no_longer_counts() -> None:
    walk = requiring("{verified: license}").verified("license")
    assert met(walk)
    walk.does("ortiz", "strike", number=1, reason="another person's")
    assert "License: none on file" in walk.refused("ortiz", "do", action="go")


def test_a_concern_counts_and_must_be_told() -> None:
    walk = requiring("{verified: license}")
    told = {"name": "license", "method": "web", "verified_on": "2026-03-01", "outcome": "verified_with_concern"}
    assert "note: say what" in walk.refused("ortiz", "verify", **told)
    assert met(walk.does("ortiz", "verify", note="a reprimand in 2019", **told))
