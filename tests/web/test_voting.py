"""The vote: who is asked what before the file opens, what a vote and its closing show, and what each leaves behind."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urljoin

import pytest
from demo_office import HOST, PASSWORD, Browser, Clock, form_of
from werkzeug.test import TestResponse

from privileging.queries.loading import case_of
from privileging.services import verbs
from privileging.services.cases import Act
from privileging.store import streams
from privileging.store.driver import Store
from privileging.store.streams import Recorded

People = Callable[[str], Browser]
CHAIRS_OWN = ("reappointment", "committee_review")  # of the committee's chair; nobody has declared yet
RUNNING = ("initial_appointment", "committee_review")  # moved and voted on; one member is recused
BOARD = ("initial_appointment", "board_review")
CANARY = "canary-of-the-file"
YES = {"conflict": "yes", "reason": "brother in law"}


class Votes:
    """A case before a body, and its pages."""

    def __init__(self, store: Store, number: str) -> None:
        self.store, self.number = store, number
        self.case, self.page = f"case/{number}", f"/cases/{number}/vote"

    def events(self, kind: str) -> list[Recorded]:
        with self.store.reading() as unit:
            return [event for event in streams.read(unit, self.case) if event.kind == kind]

    def declared(self, browser: Browser) -> Browser:
        answer = browser.submit(self.page, "/vote/declare", conflict="none")
        assert answer.status_code == 302, answer.text
        return browser

    def moved(self, browser: Browser, action: str, **fields: object) -> None:
        answer = browser.submit(f"{self.page}/move/{action}", f"/move/{action}", **fields)
        assert answer.status_code == 302, answer.text

    def voted(self, browser: Browser, choice: str = "for", **fields: object) -> None:
        answer = browser.submit(self.page, "/vote/cast", choice=choice, **fields)
        assert answer.status_code == 302, answer.text

    def ballot(self, browser: Browser, choice: str, **fields: object) -> Callable[[], TestResponse]:
        """A page opened and filled in, to be sent later."""
        form = form_of(browser.get(self.page), "/vote/cast")
        sent = {**form.fields, "choice": choice, **fields}
        return lambda: browser.post(form.action, data=sent, headers={"Referer": urljoin(HOST, self.page)})


@pytest.fixture
def votes(demo_store: Store, case_number: Callable[..., str]) -> Callable[[tuple[str, str]], Votes]:
    return lambda where: Votes(demo_store, case_number(*where))


@pytest.fixture
def own(votes: Callable[[tuple[str, str]], Votes], demo_store: Store, clock: Clock) -> Votes:
    """The chair's own case, with a canary in its file."""
    found = votes(CHAIRS_OWN)
    told = {"method": "letter", "verified_on": clock()[:10], "outcome": "verified_with_concern", "note": CANARY}
    verbs.verify(demo_store, Act("ortiz", now=clock()), found.case, "references", **told)
    return found


@pytest.fixture
def moved(own: Votes, client_as: People) -> tuple[Votes, Browser, Browser]:
    """The same with a motion to recommend; okafor, who moved it, and lindqvist have declared."""
    okafor, lindqvist = own.declared(client_as("okafor")), own.declared(client_as("lindqvist"))
    own.moved(okafor, "recommend")
    return own, okafor, lindqvist


# Before the file opens ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["", "/vote", "/application", "/vote/close", "/vote/move/recommend"])
def test_an_undeclared_member_sees_only_the_question(own: Votes, client_as: People, page: str) -> None:
    answer = client_as("okafor").get(f"/cases/{own.number}{page}", follow_redirects=True)
    assert (answer.status_code, answer.request.path) == (200, own.page)
    main = answer.text.partition("<main")[2]
    assert "Do you have a conflict with Inés Castellanos?" in main
    assert "Reappointment and renewal of privileges" in main
    assert not any(word in main for word in (CANARY, "Credentials committee", "Verifications", "Privileges requested"))


def test_an_undeclared_member_neither_votes_nor_moves(own: Votes, client_as: People) -> None:
    okafor = client_as("okafor")
    for page, told in (("/cast", {"seen": "1,1,0", "choice": "for"}), ("/move/recommend", {}), ("/close", {})):
        assert okafor.send(own.page + page, told).status_code == 403
    assert own.events("motion_made") == []


def test_the_question_is_no_read_of_the_file(own: Votes, client_as: People, demo_store: Store) -> None:
    client_as("okafor").get(own.page)
    with demo_store.reader.connect() as connection:
        row = "SELECT count(*) FROM access_log WHERE account = 'okafor' AND case_id = ?"
        assert connection.exec_driver_sql(row, (own.case,)).scalar() == 0


def test_none_opens_the_file_and_is_kept_for_the_auditor(own: Votes, client_as: People) -> None:
    okafor = own.declared(client_as("okafor"))
    assert CANARY in okafor.get(own.page).text
    assert okafor.get(f"/cases/{own.number}").status_code == 200
    (event,) = own.events("no_conflict_declared")
    assert (event.actor, event.role, event.body["body"]) == (
        "person/okafor",
        "credentials_committee",
        "credentials_committee",
    )


def test_yes_leaves_the_case_at_once(own: Votes, client_as: People) -> None:
    lindqvist = client_as("lindqvist")
    answer = lindqvist.submit(own.page, "/vote/declare", **YES)
    landed = lindqvist.get(answer.location)
    assert "You are recused" in landed.text
    assert "Castellanos" not in landed.text.partition("<main")[2]
    assert own.events("recused")[0].body["reason"] == "brother in law"
    assert lindqvist.get(own.page).status_code == 403


@pytest.mark.parametrize("told", [{"conflict": "yes"}, {}, {"conflict": "maybe"}])
def test_an_answer_says_which_conflict(own: Votes, client_as: People, told: dict[str, str]) -> None:
    okafor = client_as("okafor")
    form = form_of(okafor.get(own.page), "/vote/declare")
    answer = okafor.post(form.action, data={**form.fields, **told}, headers={"Referer": urljoin(HOST, own.page)})
    assert answer.status_code == 422
    assert own.events("recused") == own.events("no_conflict_declared") == []


@pytest.mark.parametrize("page", ["", "/vote", "/vote/close", "/vote/move/recommend"])
def test_a_recused_member_is_told_so_and_nothing_else(
    votes: Callable[[tuple[str, str]], Votes], client_as: People, page: str
) -> None:
    found = votes(RUNNING)
    answer = client_as("lindqvist").get(f"/cases/{found.number}{page}")
    assert answer.status_code == 403
    main = answer.text.partition("<main")[2]
    assert "You are recused from this case" in main
    assert not any(word in main for word in ("Villarreal", "appointment", "Recommend", "committee"))


def test_a_member_leaves_later_too_and_their_vote_is_set_aside(moved: tuple[Votes, Browser, Browser]) -> None:
    found, _, lindqvist = moved
    found.voted(lindqvist)
    answer = lindqvist.submit(found.page, "/vote/recuse", reason="we became partners")
    assert answer.location == "/recused"
    with found.store.reading() as unit:
        motion = case_of(unit, found.case)[1].open_motion
    assert motion is not None
    assert motion.votes == ()
    assert CANARY not in lindqvist.get(found.page).text


def test_nobody_votes_on_their_own_case(own: Votes, client_as: People) -> None:
    answer = client_as("castellanos").get(own.page)
    assert answer.status_code == 403
    assert CANARY not in answer.text


# The packet, moving and voting ----------------------------------------------------------------------------------------


def test_the_packet_is_read_before_the_motion(moved: tuple[Votes, Browser, Browser]) -> None:
    found, okafor, _ = moved
    text = okafor.get(found.page).text
    heads = ("Summary", "Red flags", "Verifications", "Privileges requested", "The department’s report")
    places = [*(text.index(f">{head}</h2>") for head in heads), text.index('id="motion"')]
    assert places == sorted(places)
    assert "verified with concern" in text
    assert "Training, volume and references support every privilege requested" in text


def test_a_motion_states_what_its_action_asks(own: Votes, client_as: People) -> None:
    okafor = own.declared(client_as("okafor"))
    page = f"{own.page}/move/recommend_with_conditions"
    refused = okafor.submit(page, "/move/recommend_with_conditions")
    assert refused.status_code == 422
    assert "conditions: must be stated" in refused.text
    own.moved(okafor, "recommend_with_conditions", **{"fact-conditions": "first five under a proctor"})
    text = okafor.get(own.page).text
    assert "The motion: Recommend with conditions" in text
    assert "first five under a proctor" in text
    assert "0 of 5 took part, 1 recused, 2 needed (50% of members)" in text


def test_what_no_body_decides_here_is_not_moved(own: Votes, client_as: People) -> None:
    okafor = own.declared(client_as("okafor"))
    assert okafor.get(f"{own.page}/move/withdraw").status_code == 404
    assert okafor.get(f"{own.page}/move/approve").status_code == 404


def test_what_a_motion_would_lack_is_shown(votes: Callable[[tuple[str, str]], Votes], client_as: People) -> None:
    text = client_as("fitzgerald").get(f"{votes(BOARD).page}/move/approve").text
    assert "would not be executed as it stands" in text
    assert "Federal exclusions" in text


def test_two_members_vote_at_once_without_a_conflict(moved: tuple[Votes, Browser, Browser]) -> None:
    found, okafor, lindqvist = moved
    one, other = found.ballot(okafor, "for"), found.ballot(lindqvist, "against")
    assert [one().status_code, other().status_code] == [302, 302]
    assert [event.body["choice"] for event in found.events("vote_cast")] == ["for", "against"]


def test_a_second_send_of_the_same_page_conflicts_and_keeps_what_was_typed(
    moved: tuple[Votes, Browser, Browser],
) -> None:
    found, okafor, _ = moved
    one, other = found.ballot(okafor, "for"), found.ballot(okafor, "against", reason="I read it once more")
    assert one().status_code == 302
    answer = other()
    assert answer.status_code == 409
    assert "you voted on motion 1 in another window" in answer.text
    assert "I read it once more" in answer.text
    assert len(found.events("vote_cast")) == 1


def test_a_double_click_votes_once(moved: tuple[Votes, Browser, Browser]) -> None:
    found, okafor, _ = moved
    ballot = found.ballot(okafor, "for")
    assert [ballot().status_code, ballot().status_code] == [302, 302]
    assert len(found.events("vote_cast")) == 1


def test_a_vote_may_be_changed_and_both_stay_in_the_history(moved: tuple[Votes, Browser, Browser]) -> None:
    found, okafor, _ = moved
    found.voted(okafor, "for")
    assert "You voted <strong>for</strong>" in okafor.get(found.page).text
    found.voted(okafor, "abstain", reason="too close a call")
    assert "You voted <strong>to abstain</strong>" in okafor.get(found.page).text
    assert [event.body["choice"] for event in found.events("vote_cast")] == ["for", "abstain"]


def test_others_votes_are_shown_after_ones_own(moved: tuple[Votes, Browser, Browser]) -> None:
    found, okafor, lindqvist = moved
    found.voted(okafor, "against")
    assert "Who did what" not in lindqvist.get(found.page).text
    found.voted(lindqvist, "for")
    assert "<dt>Against</dt><dd>Chidi Okafor</dd>" in lindqvist.get(found.page).text


@pytest.mark.parametrize("extra", [{"choice": "perhaps"}, {"seen": "1"}, {"seen": ""}, {"actor": "person/ortiz"}])
def test_a_changed_form_is_refused(moved: tuple[Votes, Browser, Browser], extra: dict[str, str]) -> None:
    found, okafor, _ = moved
    assert okafor.send(f"{found.page}/cast", {"seen": "1,1,0", "choice": "for", **extra}).status_code == 422
    assert found.events("vote_cast") == []


@pytest.mark.parametrize("who", ["ortiz", "quigley"])
def test_readers_without_a_vote_see_packet_and_motion_and_do_nothing(
    votes: Callable[[tuple[str, str]], Votes], client_as: People, who: str
) -> None:
    found = votes(RUNNING)
    reader = client_as(who)
    text = reader.get(found.page).text
    assert "2 of 5 took part, 1 recused, 2 needed (50% of members)" in text
    assert "The motion: Recommend" in text
    assert not any(form in text for form in ("/vote/cast", "/vote/recuse", "/vote/close", "Who did what"))
    motion = {"seen": "1,1,0", "choice": "for"}
    assert reader.send(f"{found.page}/cast", motion).status_code == 403
    assert reader.get(f"{found.page}/close").status_code == 403


# Signing --------------------------------------------------------------------------------------------------------------


def test_a_proof_older_than_fifteen_minutes_asks_for_the_password(
    moved: tuple[Votes, Browser, Browser], clock: Clock
) -> None:
    found, okafor, _ = moved
    assert 'name="password"' not in okafor.get(found.page).text
    clock.forward(minutes=16)
    assert 'name="password"' in okafor.get(found.page).text
    answer = okafor.submit(found.page, "/vote/cast", choice="for", reason="seen at work")
    assert answer.status_code == 403
    assert "give your password" in answer.text
    found.voted(okafor, "for", password=PASSWORD)
    assert 'name="password"' not in okafor.get(found.page).text


def test_a_wrong_password_keeps_the_vote_page_and_what_was_chosen(
    moved: tuple[Votes, Browser, Browser], clock: Clock
) -> None:
    found, okafor, _ = moved
    clock.forward(minutes=16)
    answer = okafor.submit(found.page, "/vote/cast", choice="against", reason="not enough volume", password="wrong")
    assert answer.status_code == 403
    assert "do not go together" in answer.text
    assert "not enough volume" in answer.text
    assert 'value="against" required checked' in answer.text
    assert found.events("vote_cast") == []


def test_closing_asks_for_the_password_too_and_keeps_the_page(
    votes: Callable[[tuple[str, str]], Votes], client_as: People, clock: Clock
) -> None:
    found, chair = votes(RUNNING), client_as("castellanos")
    clock.forward(minutes=16)
    answer = chair.submit(f"{found.page}/close", "/vote/close", reason="as in the minutes", password="wrong")
    assert answer.status_code == 403
    assert "do not go together" in answer.text
    assert "as in the minutes" in answer.text
    assert "Needed for a quorum" in answer.text
    assert found.events("motion_closed") == []


# Closing --------------------------------------------------------------------------------------------------------------


def test_the_chair_sees_the_arithmetic_before_signing(
    votes: Callable[[tuple[str, str]], Votes], client_as: People
) -> None:
    found, chair = votes(RUNNING), client_as("castellanos")
    text = chair.get(f"{found.page}/close").text
    sentence = (
        "2 of 5 took part, 1 recused, 2 needed (50% of members); 1 for, 1 against, 0 abstained, "
        "2 needed (majority of votes cast): lost"
    )
    assert "Result: Not carried." in text
    assert sentence in text
    assert "Suresh Venkataraman, Paloma Duarte" in text
    assert found.events("motion_closed") == []
    answer = chair.submit(f"{found.page}/close", "/vote/close")
    assert answer.location == f"{found.page}#result-1"
    (event,) = found.events("motion_closed")
    assert event.body["sentence"] == sentence
    shown = chair.get(found.page).text
    for part in (sentence, event.digest, "Inés Castellanos", "castellanos", "Meaning:", "16:00 UTC", "10:00 CST"):
        assert part in shown, part
    assert "<dt>Recused</dt><dd>Astrid Lindqvist</dd>" in shown


def test_a_vote_cast_meanwhile_stops_the_closing(moved: tuple[Votes, Browser, Browser]) -> None:
    found, okafor, lindqvist = moved
    found.voted(okafor)
    page = f"{found.page}/close"
    form = form_of(okafor.get(page), "/vote/close")
    found.voted(lindqvist, "against")
    sent = {**form.fields, "reason": "typed before"}
    answer = okafor.post(form.action, data=sent, headers={"Referer": urljoin(HOST, page)})
    assert answer.status_code == 409
    assert "typed before" in answer.text
    assert found.events("motion_closed") == []


def test_closing_twice_closes_once(moved: tuple[Votes, Browser, Browser]) -> None:
    found, okafor, lindqvist = moved
    found.voted(okafor)
    found.voted(lindqvist)
    page = f"{found.page}/close"
    form = form_of(okafor.get(page), "/vote/close")
    sent = [okafor.post(form.action, data=form.fields, headers={"Referer": urljoin(HOST, page)}) for _ in range(2)]
    assert [answer.status_code for answer in sent] == [302, 302]
    assert "No motion is open" in okafor.get(page, follow_redirects=True).text
    assert len(found.events("motion_closed")) == 1


def test_only_the_chair_closes_while_there_is_one(votes: Callable[[tuple[str, str]], Votes], client_as: People) -> None:
    found, okafor = votes(RUNNING), client_as("okafor")
    answer = okafor.get(f"{found.page}/close")
    assert answer.status_code == 403
    assert "Only the chair of the Credentials committee closes the vote" in answer.text
    assert okafor.send(f"{found.page}/close").status_code == 403
    assert "/vote/close" not in okafor.get(found.page).text


def test_a_stale_license_closes_as_carried_and_not_executed(
    votes: Callable[[tuple[str, str]], Votes], client_as: People, clock: Clock
) -> None:
    found = votes(BOARD)
    clock.forward(days=30)
    members = [client_as(name) for name in ("fitzgerald", "greenbaum", "tallchief")]
    found.moved(members[0], "approve", **{"fact-term_ends": "2028-12-20"})
    for member in members:
        found.voted(member)
    text = members[0].get(f"{found.page}/close").text
    assert "Result: Carried, but not executed." in text
    assert "it will not be executed, because" in text
    assert "State license: verified on" in text
    members[0].submit(f"{found.page}/close", "/vote/close")
    shown = members[1].get(found.page).text
    assert "Carried, but not executed." in shown
    assert "State license: verified on" in shown
    assert found.events("motion_closed")[-1].body["result"] == "carried_not_executed"
    with found.store.reading() as unit:
        assert case_of(unit, found.case)[1].state == "board_review"


def test_minutes_entered_later_keep_when_the_vote_was_held(
    moved: tuple[Votes, Browser, Browser], client_as: People, clock: Clock
) -> None:
    found, okafor, lindqvist = moved
    found.voted(okafor)
    found.voted(lindqvist)
    clock.forward(days=1)
    okafor = client_as("okafor")
    page = f"{found.page}/close?held_on=2026-11-24T11:30"  # an hour and a half after the votes, in Chicago
    assert "as of" in okafor.get(page).text
    nameless = okafor.submit(page, "/vote/close", held_on="2026-11-24T11:30")
    assert nameless.status_code == 422
    assert "an entry made after the fact needs a reason" in nameless.text
    assert 'value="2026-11-24T11:30"' in nameless.text
    okafor.submit(page, "/vote/close", reason="signed on paper")
    (event,) = found.events("motion_closed")
    assert (event.effective_at, event.recorded_at) == ("2026-11-24T17:30:00.000000Z", clock())
    shown = okafor.get(found.page).text
    assert "entered late" in shown
    assert "24 Nov 2026 11:30 CST" in shown
    assert "signed on paper" in shown


@pytest.mark.parametrize(
    ("held_on", "code", "text"),
    [
        ("2026-11-24T09:59", 200, "was not made before"),
        ("2027-01-01T10:00", 200, "lies in the future"),
        ("yesterday", 422, "must be a day and a time"),
        ("9998-01-01T00:00", 422, "must be a day and a time"),
        ("0001-01-01T00:00", 422, "must be a day and a time"),
    ],
)
def test_when_it_was_held_must_be_possible(
    moved: tuple[Votes, Browser, Browser], held_on: str, code: int, text: str
) -> None:
    found, okafor, _ = moved
    answer = okafor.get(f"{found.page}/close?held_on={held_on}")
    assert answer.status_code == code
    assert text in answer.text


def test_where_no_body_acts_the_packet_is_read_all_the_same(
    votes: Callable[[tuple[str, str]], Votes], client_as: People
) -> None:
    text = client_as("ortiz").get(votes(("initial_appointment", "department_review")).page).text
    assert "No body acts on this case now" in text


def test_a_chair_reads_how_another_body_voted_and_not_who(
    client_as: Callable[[str], Browser], case_number: Callable[..., str]
) -> None:
    address = f"/cases/{case_number('initial_appointment', 'board_review')}/vote"
    assert "Saul Greenbaum" not in client_as("whitfield").get(address).text.split("<main")[1]
    assert "Saul Greenbaum" in client_as("ortiz").get(address).text.split("<main")[1]


def test_before_declaring_the_diagram_says_only_where_the_case_stands(
    client_as: Callable[[str], Browser], case_number: Callable[..., str]
) -> None:
    address = f"/cases/{case_number('reappointment', 'committee_review')}/diagram"
    assert "Report in favour" not in client_as("okafor").get(address).text
    assert "Report in favour" in client_as("ortiz").get(address).text
