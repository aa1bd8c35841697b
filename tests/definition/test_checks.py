"""Each row breaks one thing in a small file, and names what must be said about it."""

from __future__ import annotations

import pytest
from small_files import CHILD, SMALL, changed, refused, small

from privileging.errors import DefinitionError


def check(old: str, new: str, said: str, text: str = SMALL) -> None:
    lines = refused(changed(old, new, text))
    assert any(said in line for line in lines), lines


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("coordinator: {}", "coordinator: {}\n  license: {}", "a name is one thing: 'license' is already a role"),
        ("coordinator: {}", "coordinator: {}\n  appeal: {}", "a name is one thing: 'appeal' is already a workflow"),
        ("coordinator: {}", "coordinator: {}\n  clock: {}", "roles.clock: 'clock' is a word of the language"),
        ("coordinator: {}", "coordinator: {}\n  grant_privileges: {}", "'grant_privileges' is a word of the language"),
        ("coordinator: {}", "coordinator: {}\n  any_of: {}", "'any_of' is a word of the language"),
        ("hold: {by: coordinator,", "serve: {by: coordinator,", "actions.serve: 'serve' is a word of the language"),
        ("workflow: small", "workflow: opener", "workflow: 'opener' is a word of the language"),
        ("chief: {substitute: coordinator}", "chief: {substitute: chef}", "no role 'chef'; did you mean 'chief'?"),
        ("chief: {substitute: coordinator}", "chief: {substitute: chief}", "substitutes for itself: chief > chief"),
        ("by: coordinator, fresh_for", "by: board, fresh_for", "license.by: no role 'board': it is a body"),
        ("{from: chief,", "{from: nobody,", "notices.decision.from: no role or body 'nobody'"),
        ("{from: chief,", "{from: board,", "notices.decision.by: no role 'board': it is a body"),
        ("to: applicant, sent_by", "to: board, sent_by", "notices.decision.to: no role 'board'"),
        ("hold: {by: coordinator,", "hold: {by: coordinater,", "no role, body or workflow 'coordinater'; did you mean"),
        ("to: voting,", "to: votes,", "states.review.actions.recommend.to: no state 'votes'"),
        ("{by: applicant, to: withdrawn}", "{by: applicant, to: gone}", "actions.withdraw.to: no state 'gone'"),
        ("with: [level, heard_on]", "with: [level, heard_on, loudly]", "submit.with: no fact 'loudly'"),
        ("notify: coordinator", "notify: license", "no role or body 'license': it is a verification"),
        ("notify: [chief, board]", "notify: [chief, bored]", "deadlines.whole.notify: no role or body 'bored'"),
        ("meeting of board", "meeting of chief", "deadlines.meet.due: no body 'chief': it is a role"),
        ("except_by: board,", "except_by: bored,", "board_grants.except_by: no role, body or workflow 'bored'"),
        ("{final: denied}", "{final: refused}", "states.denied.final: no outcome 'refused'; there are: granted"),
        ("10 business days after submit", "10 business days after sumbit", "nothing named 'sumbit' happens"),
        (
            "10 business days after submit",
            "10 business days after board",
            "nothing named 'board' happens: it is a body",
        ),
        ("10 business days after submit", "10 business days after reasons", "the fact 'reasons' is no date"),
        ("hold: {by", "recommend_: {by", "nothing named 'hold' happens"),
        ("of board after heard_on", "of board after submitt", "nothing named 'submitt' happens; did you mean"),
        ("never: [granted, decision]", "never: [granted, decsion]", "current.never: nothing named 'decsion' happens"),
        ("without: review.recommend,", "without: draft.recommend,", "nothing named 'draft.recommend' happens"),
        ("since: [opening, draft]", "since: [opening, daft]", "recommended.since: nothing named 'daft' happens"),
        ("[submit, recommend],", "[submit, recomend],", "two_hands.never_one_person: nothing named 'recomend' happens"),
        ("[submit, recommend],", "[submit, draft.submit],", "draft.submit alone: a separation is between two acts"),
        ("[submit, recommend],", "[submit, lapse],", "draft.lapse is taken by no person"),
    ],
)
def test_a_name_means_one_thing_and_something(old: str, new: str, said: str) -> None:
    check(old, new, said)


@pytest.mark.parametrize(
    ("action", "old", "new", "said"),
    [
        ("license", "after submit", "after license", "'license' could be the verification or review.license"),
        ("review", "after submit", "after review", "'review' could be the state or review.review"),
        ("decision", "of board after heard_on", "of board after decision", "could be the notice or review.decision"),
        ("term_ends", "of board after heard_on", "of board after term_ends", "could be the fact or review.term_ends"),
        ("decision", "unless: {already: hold}", "unless: {already: opening}", "current.never: 'decision' could be"),
        (
            "submit",
            "unless: {already: hold}",
            "unless: {already: submit}",
            "could be draft.submit or review.submit: write",
        ),
    ],
)
def test_a_name_that_could_mean_two_things_is_refused(action: str, old: str, new: str, said: str) -> None:
    text = changed("    actions:\n      hold:", f"    actions:\n      {action}: {{by: chief}}\n      hold:")
    check(old, new, said, text)


def test_a_shared_action_is_one_verb_wherever_it_is_offered() -> None:
    assert small(changed("{not_yet: hold}", "{not_yet: withdraw}"))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "requires: application_complete",
            "requires: aplication_complete",
            "no requirement 'aplication_complete'; did",
        ),
        ("requires: application_complete", "requires: {application_complete: x}", "takes no parameter"),
        ("{verified: [license, npdb]}", "verified", "verified: takes one or several names of verifications"),
        ("{verified: [license, npdb]}", "{verified: [license, chief]}", "no verification 'chief': it is a role"),
        ("{verified: [license, npdb]}", "{verified: [{license: x}]}", "verified: takes one or several names"),
        ("{level: low}", "{level: medium}", "level: its values are low, high"),
        ("{level: low}", "{reasons: low}", "reasons: only a fact of the kind rising"),
        ("{level: low}", "{any_of: [{level: low}]}", "any_of: takes two or more requirements"),
        ("{level: low}", "{any_of: [{level: low}, nonsense]}", "no requirement 'nonsense'"),
        ("{level: low}", "{any_of: [{level: low}, {any_of: [x, y]}]}", "any_of: is one level deep"),
        ("{term_at_most: 2 years}", "{term_at_most: 2 yeers}", "term_at_most: 2 yeers: 'yeers' is no unit"),
        ("{term_at_most: 2 years}", "{term_at_most: [a]}", "term_at_most: takes a period without a moment"),
        ("30 days after license", "30 days after licence", "nothing named 'licence' happens"),
        ("30 days after license", "a month", "not_before: a month: not a period"),
        ("30 days after license", "next regular meeting of chief", "no body 'chief'"),
        ("{not_yet: hold}", "{not_yet: held}", "nothing named 'held' happens"),
        ("{overdue: vote}", "{overdue: answer}", "overdue: no deadline 'answer' runs here"),
        ("{overdue: vote}", "{overdue: [vote]}", "overdue: takes a deadline"),
        (
            "unless: {already: hold}",
            "unless: {any_of: [{term_at_most: 1 year}, verifications_current]}",
            "the clock states",
        ),
        ("notify: [chief, board], cite", "unless: {already: x}, cite", "deadlines.whole.unless.0: nothing named 'x'"),
        (
            "{by: applicant, to: draft}",
            "{by: applicant, to: draft, requires: {overdue: x}}",
            "opening.apply.requires.0",
        ),
        ("{verified: npdb}], cite", "{overdue: xx}], cite", "safeguards.current.unless.1: overdue: no deadline"),
        ("grant_privileges, {serve", "grant_privilege, {serve", "no effect 'grant_privilege'; did you mean"),
        ("{serve: decision}", "{serve: chief}", "no notice 'chief': it is a role"),
        ("{serve: decision}", "serve", "serve: takes the name of a notice"),
        ("{notify: [board, chief]}", "{notify: [board, license]}", "no role or body 'license'"),
        ("{open: appeal}", "{open: apeal}", "no workflow 'apeal'; did you mean 'appeal'?"),
        ("{open: appeal}", "{waive: license}", "no effect 'waive'"),
        ("reasons: text", "reasons: prose", "facts.reasons: no kind 'prose'; there are: text, date"),
        ("reasons: text", "reasons: {text: long}", "text: takes no parameter"),
        ("{rising: [low, high]}", "{rising: [low]}", "rising: takes a list of 2 or more"),
        ("{rising: [low, high]}", "{rising: low}", "rising: takes a list of 2 or more"),
        ("{rising: [low, high]}", "{rising: [low, low]}", "rising: takes a list of 2 or more"),
        ("{list: [school]}", "{list: [{school: x}]}", "list: takes a list of 1 or more"),
        ("{kind: text, required", "{kind: number, required", "application.number.kind: no kind 'number'"),
        ("{on_record: date}", "{on_record: text}", "on record are only"),
        ("heard_on: date", "heard_on: date\n  hired_on: {on_record: date}", "facts.hired_on: on record are only"),
        ("with: [privileges, term_ends]", "with: privileges", "term_at_most: voting.grant must state exactly one fact"),
        ("with: [privileges, term_ends]", "with: term_ends", "grant_privileges: voting.grant must state exactly one"),
        ("with: [privileges, term_ends]", "with: [privileges, term_ends, heard_on]", "one fact of the kind date"),
        ("{by: [board, clock], to: denied}", "{by: [board, clock], to: granted}", "grant_privileges: voting.tire must"),
    ],
)
def test_a_term_is_of_the_vocabulary_and_takes_its_parameter(old: str, new: str, said: str) -> None:
    check(old, new, said)


def test_the_next_meeting_may_be_waited_for() -> None:
    assert small(changed("30 days after license", "next regular meeting of board"))
    assert small(changed("{level: low}]", "{any_of: [{level: low}, {already: hold}]}]"))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  granted: {does", "  limbo: {final: closed}\n  granted: {does", "states.limbo: no path from an opening"),
        ("  granted: {does", "  pit: {actions: {dig: {by: chief}}}\n  granted: {does", "states.pit: no path"),
        (
            "  denied: {final: denied}",
            "  denied: {final: denied, also: withdraw}",
            "a final state has no actions: withdraw",
        ),
        (
            "  denied: {final: denied}",
            "  denied: {final: denied, deadlines: {x: {due: 1 day, cite: sample}}}",
            "states.denied.deadlines: a final state has no deadlines: x",
        ),
        (
            "    also: [withdraw, lapse]",
            "    also: [withdraw, lapse, resign]",
            "states.draft.also: no shared action 'resign'",
        ),
        ("      hold: {by: coord", "      withdraw: {by: chief}\n      hold: {by: coord", "hides the shared action"),
        (
            "actions:\n  withdraw:",
            "actions:\n  resign: {by: chief, to: denied}\n  withdraw:",
            "actions.resign: no state offers",
        ),
        ("{by: applicant, to: draft}", "{by: applicant}", "opening.apply: an opening must say `to`"),
        (
            "{by: applicant, to: draft}",
            "{by: [applicant, clock], to: draft}",
            "opening.apply.by: an opening by the clock",
        ),
        ("{by: applicant, to: draft}", "{by: appeal, to: draft}", "opening.apply.by: a case opened by another"),
        ("{by: chief, to: draft, does", "{by: chief, to: back, does", "`to: back` is not supported in this release"),
        ("{by: chief, to: draft, does", "{by: chief, to: draft, quorum: all members, does", "but no body acts"),
        ("{by: chief, to: draft, does", "{by: [chief, opener], to: draft, does", "no opening is `by: opener`"),
        (
            "{by: [board, clock], to: denied}",
            "{by: [board, clock], to: denied, with: reasons}",
            "the clock takes this action",
        ),
        (
            "{by: [board, clock], to: denied}",
            "{by: [board, clock], to: denied, requires: verifications_current}",
            "tire.requires: the clock takes this action, so nothing may hold it up",
        ),
        ("{by: appeal, to: denied}", "{by: appeal, to: denied, with: reasons}", "the end of appeal takes this action"),
        ("  heard_on: date", "  heard_on: date\n  unsaid: text", "facts.unsaid: no action states this fact"),
        ("with: [level, heard_on]", "with: [level, heard_on, appointment_ends]", "found on record, not stated"),
    ],
)
def test_the_graph_has_no_hole(old: str, new: str, said: str) -> None:
    check(old, new, said)


def test_a_state_without_a_way_to_an_end_is_a_trap() -> None:
    text = changed("  granted: {does", "  pit: {actions: {dig: {by: chief}}}\n  granted: {does")
    check("to: draft, does:", "to: pit, does:", "states.pit: a trap: no path from this state", text)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{due: 30 days, then: lapse", "{due: 30 days, then: elapse", "no action 'elapse' in the state 'draft'"),
        ("{due: 30 days, then: lapse", "{due: 30 days, then: submit", "the action 'submit' is not `by: clock`"),
        (
            "{due: 30 days, then: lapse",
            "{due: 30 days",
            "draft.lapse is taken by the clock, but no deadline of 'draft'",
        ),
        (
            "after opening, notify",
            "after opening, then: lapse, notify",
            "deadlines.whole.then: a deadline at the top may",
        ),
        ("{by: [board, clock], to: denied}", "{by: [board, clock]}", "what the clock does must lead `to` a state"),
        (
            "{by: [board, clock], to: denied}",
            "{by: [board, clock], to: voting}",
            "actions of the clock that chase each other; path: voting.tire",
        ),
        (
            "after submit, unless",
            "after hold, unless",
            "report.due: this clock may never start: hold may not be on record; path: apply > draft.submit",
        ),
        (
            "of board after heard_on",
            "of board after term_ends",
            "term_ends may not be on record; path: apply > draft.submit",
        ),
        ("of board after heard_on", "of board after decision", "this clock may never start: decision may not be"),
        (
            "of board after heard_on",
            "of board after hearing",
            "this clock may never start: hearing may not be on record",
        ),
    ],
)
def test_a_clock_starts_and_leads_on(old: str, new: str, said: str) -> None:
    check(old, new, said)


@pytest.mark.parametrize(
    "moment", ["opening", "license", "appointment_ends", "draft", "review", "apply", "draft.submit"]
)
def test_what_is_on_record_on_every_path_starts_a_clock(moment: str) -> None:
    assert small(changed("of board after heard_on", f"of board after {moment}"))


def test_a_notice_that_must_be_served_on_every_path_starts_a_clock() -> None:
    text = changed(
        "    also: withdraw\n    deadlines:", "    does: {serve: decision}\n    also: withdraw\n    deadlines:"
    )
    text = changed("never: [granted, decision]", "never: granted", text)
    assert small(changed("of board after heard_on", "of board after decision", text))


def test_two_clocks_that_chase_each_other_are_refused_with_their_circle() -> None:
    text = changed("{by: [board, clock], to: denied}", "{by: [board, clock], to: draft}")
    check("{by: clock, to: withdrawn}", "{by: clock, to: voting}", "path: voting.tire > draft.lapse", text)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("does: [{open: appeal}]", "does: [{notify: chief}]", "waits for appeal, but does not open it"),
        ("      reversed: {by: appeal, to: review}\n", "", "no action answers the ending 'reversed' of appeal"),
        (
            "      reversed: {by",
            "      modified: {by: appeal, to: denied}\n      reversed: {by",
            "appeal has no ending 'modi",
        ),
        ("upheld: {by: appeal,", "upheld: {by: [appeal, chief],", "an action by a workflow is taken by nobody else"),
    ],
)
def test_a_state_that_waits_opens_and_answers(old: str, new: str, said: str) -> None:
    check(old, new, said)


def test_what_the_child_asks_must_have_been_stated_on_every_path() -> None:
    text = changed("with: reasons, quorum: all members", "quorum: all members")
    assert any(
        "asks 'reasons': it may not have been stated; path: apply > draft.submit > review.refuse" in line
        for line in refused(text)
    )
    assert small(changed("with: [level, heard_on]", "with: [level, heard_on, reasons]", text))


def test_what_the_child_asks_may_be_on_record() -> None:
    asks = changed(
        "with: reasons}", "with: appointment_ends}", changed("reasons: text", "appointment_ends: date", CHILD)
    )
    assert any("asks 'appointment_ends': no such fact of that kind here" in line for line in refused(SMALL, asks))


def test_an_opening_that_opens_a_child_must_state_what_it_asks() -> None:
    text = changed("{by: applicant, to: draft}", "{by: applicant, to: draft, does: {open: appeal}}")
    assert any("it may not have been stated; path: apply" in line for line in refused(text))


def test_a_child_has_exactly_one_opening_for_its_opener() -> None:
    none = changed("{by: opener, to: offered, with", "{by: applicant, to: offered, with", CHILD)
    none = changed("close: {by: opener", "close: {by: chief", none)
    assert any("appeal has 0 openings `by: opener`" in line for line in refused(SMALL, none))
    two = changed("  offer: {by", "  again: {by: opener, to: offered}\n  offer: {by", CHILD)
    assert any("appeal has 2 openings `by: opener`" in line for line in refused(SMALL, two))


def test_a_case_that_can_be_left_needs_a_child_that_can_be_closed() -> None:
    deaf = changed(
        "    also: close\n", "    also: shut\n", changed("  close: {by: opener", "  shut: {by: chief", CHILD)
    )
    lines = refused(SMALL, deaf)
    assert any("hearing.withdraw leaves while appeal runs" in line and "offered" in line for line in lines)


def test_a_child_nobody_leaves_may_be_deaf() -> None:
    deaf = changed("    also: close\n", "", changed("actions:\n  close: {by: opener, to: closed}\n", "", CHILD))
    deaf = changed("  closed: {final: closed}\n", "", deaf)
    assert small(changed("{open: appeal}]\n    also: withdraw", "{open: appeal}]"), deaf)


def test_every_problem_of_names_and_graph_is_said_at_once() -> None:
    text = changed("to: voting,", "to: votes,", changed("reasons: text", "reasons: prose"))
    with pytest.raises(DefinitionError) as caught:
        small(text)
    texts = [problem.text for problem in caught.value.problems]
    assert any("no state 'votes'" in text for text in texts)
    assert any("no kind 'prose'" in text for text in texts)
    assert any("no path from an opening" in text for text in texts)
