"""Walking the demo's cases: what people do in them, as calls of the services' verbs and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from privileging.canonical import instant
from privileging.definition.model import Workflow
from privileging.engine.values import Case
from privileging.exchange.demo_people import (
    CHAIRS,
    CONDITIONS,
    PHYSICIANS,
    REASONS,
    VOTERS,
    Plan,
    answers,
    wishes,
)
from privileging.queries import library
from privileging.queries.loading import case_of
from privileging.services import verbs
from privileging.services.cases import Act, File
from privileging.services.people import person_id
from privileging.store.driver import Store

FACILITY = "facility/main"


@dataclass(slots=True)
class Walker:
    """Walks the plans' cases through the services, all together. Each act is two minutes after the one before."""

    store: Store
    clock: datetime
    acts: int = 0
    cases: dict[Plan, str] = field(default_factory=dict)

    def begin(self, day: date) -> None:
        """Begins a day's work, with the sweeper."""
        self.clock = max(self.clock, datetime.combine(day, time(14), UTC))
        verbs.sweep(self.store, now=instant(self.clock))

    def open(self, plan: Plan, action: str) -> None:
        """Opens the plan's case: the applicant applies, or the coordinator sends the application."""
        workflow = "reappointment" if action == "send" else "initial_appointment"
        act = self.act(plan.account if action == "apply" else "ortiz")
        person = person_id(PHYSICIANS[plan.account].npi)
        self.cases[plan] = verbs.open_case(self.store, act, workflow, person, FACILITY, action=action).case.id

    def every(self) -> Iterator[Case]:
        """Every case walked, and every case that one of them opened."""
        with self.store.reading() as unit:
            for name in self.cases.values():
                case = case_of(unit, name)[1]
                yield case
                yield from (case_of(unit, child.case)[1] for child in case.children)

    @property
    def day(self) -> str:
        return self.clock.date().isoformat()

    def in_days(self, days: int) -> str:
        return (self.clock.date() + timedelta(days=days)).isoformat()

    def act(self, by: str, *, days_late: int = 0) -> Act:
        self.clock += timedelta(minutes=2)
        self.acts += 1
        at = instant(self.clock - timedelta(days=days_late)) if days_late else ""
        return Act(by, key=f"demo-{self.acts}", at=at, now=instant(self.clock))

    def case(self, plan: Plan, hearing: bool) -> Case:
        """The plan's case, or the hearing that it opened last."""
        with self.store.reading() as unit:
            case = case_of(unit, self.cases[plan])[1]
            return case_of(unit, case.children[-1].case)[1] if hearing else case

    def workflow(self, case: Case) -> Workflow:
        with self.store.reading() as unit:
            return library.workflow_of(unit, case.digest)

    def facts(self, plan: Plan, case: Case, action: str) -> dict[str, object]:
        """What the action must state."""
        worry = any(check.outcome == "verified_with_concern" for check in case.checks)
        known: dict[str, object] = {
            "reasons": REASONS.get(action, ""),
            "conditions": CONDITIONS,
            "category": "traditional" if worry else "streamlined",
            "privileges": [{"privilege": line.code} for line in case.lines],
            "term_ends": self.in_days(plan.term),
            "hearing_on": self.in_days(35),
        }
        return {name: known[name] for name in self.workflow(case).states[case.state].actions[action].asks}


def account_of(role: str, plan: Plan, case: Case) -> str:
    """Who acts in a role: in a chair's own case the chief of staff stands in."""
    if role == "chair":
        chair = CHAIRS[case.departments[0]]
        return chair if chair != plan.account else "marchetti"
    return {"applicant": plan.account, "coordinator": "ortiz", "chief": "marchetti"}[role]


# What people do ---------------------------------------------------------------------------------------------------


def do(walker: Walker, plan: Plan, case: Case, role: str, action: str) -> None:
    """An action by role."""
    by, facts = account_of(role, plan, case), walker.facts(plan, case, action)
    verbs.do(walker.store, walker.act(by), case.id, action, facts=facts)


def do_late(walker: Walker, plan: Plan, case: Case, role: str, action: str) -> None:
    """An action by role, done on paper two days ago and entered now."""
    act = walker.act(account_of(role, plan, case), days_late=2)
    facts = walker.facts(plan, case, action)
    verbs.do(walker.store, act, case.id, action, facts=facts, reason="Signed on paper while the network was down")


def submit(walker: Walker, plan: Plan, case: Case) -> None:
    """The applicant answers everything, chooses privileges, attests and submits."""
    who, store = PHYSICIANS[plan.account], walker.store
    items = answers(case.workflow, who, walker.clock.date())
    wanted = (i for i in walker.workflow(case).application.values() if i.required and i.kind.name == "document")
    files = {item.name: paper(f"{item.title}: {who.name}") for item in wanted}
    verbs.record_items(store, walker.act(plan.account), case.id, items, documents=files)
    without, special = wishes(who)
    verbs.request_privileges(store, walker.act(plan.account), case.id, who.form, without=without, special=special)
    send_off(walker, plan, case, "submit")


def resubmit(walker: Walker, plan: Plan, case: Case) -> None:
    """The applicant sends what was missing."""
    new = paper(f"Certificate with its limits of liability: {PHYSICIANS[plan.account].name}")
    verbs.record_items(walker.store, walker.act(plan.account), case.id, {}, documents={"insurance_certificate": new})
    send_off(walker, plan, case, "resubmit")


def send_off(walker: Walker, plan: Plan, case: Case, action: str) -> None:
    says = "Everything stated here is true and complete to the best of my knowledge"
    verbs.attest(walker.store, walker.act(plan.account), case.id, says)
    do(walker, plan, case, "applicant", action)


def accept(walker: Walker, plan: Plan, case: Case) -> None:
    """The coordinator sees the fee received, where there is one, and accepts."""
    if "fee" in walker.workflow(case).verifications:
        check(walker, plan, case, "fee")
    do(walker, plan, case, "coordinator", "accept")


def verify(walker: Walker, plan: Plan, case: Case) -> None:
    """The coordinator verifies everything at its source."""
    for wanted in walker.workflow(case).verifications.values():
        for _ in range(wanted.at_least if wanted.name != "fee" else 0):
            check(walker, plan, case, wanted.name)


def check(walker: Walker, plan: Plan, case: Case, name: str, outcome: str = "verified", note: str = "") -> None:
    """One verification; those that others ask to see come with their proof, those that expire with their end."""
    accepted = walker.workflow(case).verifications[name].accept
    method, days, proved = SOURCES.get(name, ("website", 0, False))
    proof = paper(f"{name}, {walker.day}: {PHYSICIANS[plan.account].name}") if proved else None
    verbs.verify(
        walker.store,
        walker.act("ortiz"),
        case.id,
        name,
        method=accepted[0] if accepted else method,
        verified_on=walker.day,
        outcome=outcome,
        good_until=walker.in_days(days) if days else "",
        note=note,
        proof=proof,
    )


def concern(walker: Walker, plan: Plan, case: Case) -> None:
    """The carrier reports something that the reviewers must read."""
    note = "One claim of 2021, settled without admission; the carrier's summary is on file"
    check(walker, plan, case, "malpractice", "verified_with_concern", note)


def strike(walker: Walker, plan: Plan, case: Case) -> None:
    """A verification turns out to be somebody else's: struck, and done again."""
    number = next(check.number for check in case.checks if check.name == "board_status")
    reason = "The certificate is of another physician with the same surname"
    verbs.strike(walker.store, walker.act("ortiz"), case.id, number, reason)
    check(walker, plan, case, "board_status")


def serve(walker: Walker, plan: Plan, case: Case) -> None:
    """Every notice owed is served."""
    for owed in (owed for owed in case.notices if not owed.served_on):
        proof = paper(f"Return receipt, {owed.name}, {walker.day}: {case.practitioner_name}")
        verbs.serve(walker.store, walker.act("ortiz"), case.id, owed.name, served_on=walker.day, proof=proof)


def present(plan: Plan, body: str) -> tuple[str, ...]:
    """Who comes and takes part: nobody votes on their own case."""
    return tuple(member for member in VOTERS[body] if member != plan.account)


def moved(walker: Walker, plan: Plan, case: Case, body: str, action: str) -> int:
    facts = walker.facts(plan, case, action)
    made = verbs.move(walker.store, walker.act(present(plan, body)[0]), case.id, action, facts=facts)
    return made.case.motions[-1].number


def vote(walker: Walker, plan: Plan, case: Case, body: str, action: str) -> None:
    """A body moves, votes and closes; now and then its last member is of another mind."""
    motion, members = moved(walker, plan, case, body, action), present(plan, body)
    for number, member in enumerate(members):
        choice = "against" if number == 2 and motion % 3 == 0 else "for"
        verbs.vote(walker.store, walker.act(member), case.id, motion, choice)
    verbs.close(walker.store, walker.act(members[0]), case.id, motion)


def screen_and_vote(walker: Walker, plan: Plan, case: Case, body: str, action: str) -> None:
    """A vote on the day on which the coordinator has screened for exclusions again."""
    check(walker, plan, case, "exclusions")
    vote(walker, plan, case, body, action)


def leave_open(walker: Walker, plan: Plan, case: Case, body: str, action: str) -> None:
    """A vote that has begun: one member is recused, one voted each way, the chair has not closed."""
    *others, last = present(plan, body)
    verbs.recuse(walker.store, walker.act(last), case.id, body, "My practice partner")
    motion = moved(walker, plan, case, body, action)
    for member, choice in zip(others, ("for", "against"), strict=True):
        verbs.declare(walker.store, walker.act(member), case.id, body, "I have no conflict with this practitioner")
        verbs.vote(walker.store, walker.act(member), case.id, motion, choice)


SOURCES = {  # how it is verified, for how many days it is good, whether its proof is kept
    "identity": ("", 0, True),
    "license": ("board website", 700, True),
    "npdb": ("query", 0, True),
    "insurance": ("letter", 330, True),
    "references": ("letter", 0, False),
    "fee": ("receipt", 0, False),
}


def paper(text: str) -> File:
    """A page of PDF that says ``text``."""
    shown = text.encode("latin-1", "replace").replace(b"\\", b"").replace(b"(", b"").replace(b")", b"")
    page = b"BT /F1 14 Tf 60 720 Td (" + shown + b") Tj ET"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(page), page),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    data, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    tail = b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    return File("scan.pdf", data + tail % (table, len(data)))
