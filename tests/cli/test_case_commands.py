"""A case from open to granted by commands alone, and what each command says when the answer is no."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from commanding import Run
from office import ANSWERS, AT_SOURCE, MEMBERS

TODAY = datetime.now(UTC).date().isoformat()
NPI = "1234567893"


@pytest.fixture
def papers(tmp_path: Path) -> dict[str, Path]:
    """A certificate, and a file of answers."""
    pdf, items = tmp_path / "proof.pdf", tmp_path / "items.yaml"
    pdf.write_bytes(b"%PDF-1.7 a certificate")
    items.write_text(json.dumps({name: answer for name, answer in ANSWERS.items() if name != "specialty"}))
    return {"pdf": pdf, "items": items}


def opened(run: Run) -> str:
    args = ("case", "open", "initial_appointment", "--practitioner", NPI, "--facility", "main")
    said = run(*args, "--action", "invite", "--as", "ortiz", "--json")
    assert said.code == 0, said.err
    return str(json.loads(said.out)["case"]).removeprefix("case/")


def ok(run: Run, *args: object) -> str:
    said = run(*args)
    assert said.code == 0, said.err
    return said.out


def voted(run: Run, case: str, body: str, action: str, *facts: str) -> str:
    """A body moves, votes and closes; what closing said."""
    chair, *others = MEMBERS[body]
    stated = [part for fact in facts for part in ("--fact", fact)]
    ok(run, "case", "move", case, action, *stated, "--as", chair)
    for member in (chair, *others):
        ok(run, "case", "vote", case, "for", "--as", member)
    return ok(run, "case", "close", case, "--as", chair)


def test_a_case_is_walked_to_its_grant(run: Run, db: str, papers: dict[str, Path]) -> None:
    case = opened(run)
    proof = papers["pdf"]
    documents = [part for name in ("photo_id", "insurance_certificate") for part in ("--document", f"{name}={proof}")]
    filled = ("--set", "specialty=Surgery", "--from", papers["items"], *documents)
    ok(run, "case", "fill", case, *filled, "--as", "adeyemi")
    ok(run, "case", "request", case, "general_surgery", "--special", "colonoscopy", "--as", "adeyemi")
    ok(run, "case", "attest", case, "--statement", "True and complete", "--as", "adeyemi")
    assert ok(run, "case", "do", case, "submit", "--as", "adeyemi") == f"{case}: intake, version 5\n"
    how = ("--on", TODAY, "--as", "ortiz", "--method")
    ok(run, "case", "verify", case, "fee", *how, "receipt")
    ok(run, "case", "do", case, "accept", "--as", "ortiz")
    for name in (*AT_SOURCE, "references", "references", "references"):
        ok(run, "case", "verify", case, name, *how, "web site")
    ok(run, "case", "verify", case, "identity", *how, "passport", "--evidence", proof)
    ok(run, "case", "do", case, "complete", "--as", "ortiz")
    stated = ("--fact", "category=streamlined", "--fact", "reasons=Well trained")
    ok(run, "case", "do", case, "recommend", *stated, "--as", "chen")
    assert voted(run, case, "credentials_committee", "recommend").startswith("motion 1: carried\n")
    voted(run, case, "executive_committee", "recommend")
    said = voted(run, case, "governing_board", "approve", "privileges=all", f"term_ends={TODAY}")
    assert said.startswith("motion 3: carried\nmotion 3: 3 of 3 took part")
    assert "colonoscopy" in ok(run, "grants", NPI).lower()
    ok(run, "case", "serve", case, "decision_notice", "--on", TODAY, "--as", "ortiz", "--evidence", proof)
    assert "streams verify" in ok(run, "verify")
    for read in READS:
        json.loads(ok(run, *(part.format(case=case) for part in read), "--json"))
        assert ok(run, *(part.format(case=case) for part in read))


READS = [
    ("case", "show", "{case}"),
    ("case", "show", "{case}", "--as", "ortiz"),
    ("worklist", "--as", "ortiz"),
    ("people",),
    ("people", "no such name"),
    ("grants", NPI),
    ("grants", "chen"),
    ("history", "{case}"),
    ("history", "person/npi-1234567893"),
    ("history", "facility/main"),
    ("history", "body/main/governing_board"),
    ("history", "workflow/fair_hearing"),
    ("verify",),
    ("user", "list"),
    ("sweep",),
]


def test_show_says_what_is_missing_and_who_can_cure_it(run: Run, db: str) -> None:
    case = opened(run)
    said = ok(run, "case", "show", case, "--as", "adeyemi")
    assert "submit: Submit the application [by role: applicant] (yours)" in said
    assert "missing: Photo" not in said
    assert "missing: Specialty you will practise in: not answered (can be cured by: applicant)" in said
    assert "complete: " in said


def test_a_refusal_is_an_exit_code_with_every_reason(run: Run, db: str) -> None:
    case = opened(run)
    said = run("case", "do", case, "submit", "--as", "adeyemi")
    assert (said.code, said.out, said.err.count("\n  - ")) == (1, "", 15)
    told = json.loads(run("case", "do", case, "submit", "--as", "adeyemi", "--json").out)
    assert (told["error"], len(told["reasons"])) == ("Refused", 15)
    assert run("case", "do", case, "accept", "--as", "adeyemi").code == 1


def test_a_stale_page_and_a_used_key_are_no(run: Run, db: str) -> None:
    case = opened(run)
    ok(run, "case", "fill", case, "--set", "specialty=Surgery", "--as", "adeyemi", "--key", "k")
    again = ok(run, "case", "fill", case, "--set", "specialty=Surgery", "--as", "adeyemi", "--key", "k")
    assert "done before" in again
    used = run("case", "fill", case, "--set", "specialty=Medicine", "--as", "adeyemi", "--key", "k")
    assert (used.code, "'k'" in used.err) == (1, True)
    stale = run("case", "do", case, "withdraw", "--as", "adeyemi", "--seen", "1")
    assert (stale.code, "items recorded" in stale.err) == (1, True)


@pytest.mark.parametrize(
    ("args", "code", "text"),
    [
        (("case", "show", "2026-99999"), 1, "There is no case 2026-99999"),
        (("case", "do", "2026-99999", "accept", "--as", "ortiz"), 1, "There is no case"),
        (("case", "vote", "2026-99999", "for", "--as", "ruiz"), 1, "There is no case"),
        (("case", "show", "{case}", "--as", "nobody"), 1, "no open account 'nobody'"),
        (("worklist", "--as", "nobody"), 1, "no open account 'nobody'"),
        (("case", "do", "{case}", "submit", "--as", "nobody"), 1, "no open account 'nobody'"),
        (("history", "2026-99999"), 1, "There is no history"),
        (("export", "2026-99999"), 1, "There is no case"),
        (("grants", "nobody"), 1, "There is no person nobody"),
        (("case", "vote", "{case}", "for", "--as", "ruiz"), 2, "no motion is open"),
        (("case", "vote", "{case}", "perhaps", "--as", "ruiz"), 2, "perhaps"),
        (("case", "vote", "{case}", "for", "--motion", "10" * 20, "--as", "ruiz"), 2, "motion"),
        (("case", "fill", "{case}", "--set", "specialty", "--as", "adeyemi"), 2, "NAME=VALUE"),
        (("case", "fill", "{case}", "--set", "no_such=x", "--as", "adeyemi"), 1, "no such item"),
        (("case", "fill", "{case}", "--document", "photo_id=missing.pdf", "--as", "adeyemi"), 2, "missing.pdf"),
        (("case", "fill", "{case}", "--from", "missing.yaml", "--as", "adeyemi"), 2, "missing.yaml"),
        (("case", "fill", "{case}", "--from", ".", "--as", "adeyemi"), 2, "irectory"),
        (("case", "do", "{case}", "withdraw", "--effective-at", "yesterday", "--as", "adeyemi"), 2, "effective_at"),
        (("case", "do", "{case}", "withdraw", "--effective-at", "2026-01-01", "--as", "adeyemi"), 2, "effective_at"),
        (
            ("case", "do", "{case}", "withdraw", "--effective-at", "0001-01-01T00:00:00+14:00", "--as", "adeyemi"),
            2,
            "effective_at",
        ),
        (
            ("case", "do", "{case}", "withdraw", "--effective-at", "2999-01-01T00:00:00Z", "--as", "adeyemi"),
            1,
            "future",
        ),
        (("case", "do", "{case}", "withdraw", "--seen", "9" * 30, "--as", "adeyemi"), 1, "was seen"),
        (("case", "do", "{case}", "withdraw"), 2, "--as"),
        (("worklist", "--as", "ortiz", "--after", "nonsense"), 2, "DUE,CASE"),
        (("worklist", "--as", "ortiz", "--limit", "0"), 2, "limit"),
        (("case", "open", "none", "--practitioner", NPI, "--facility", "main", "--as", "ortiz"), 1, "No version"),
        (
            ("case", "open", "initial_appointment", "--practitioner", NPI, "--facility", "x", "--as", "ortiz"),
            1,
            "no facility",
        ),
        (("case", "no-such-verb"), 2, "no-such-verb"),
        (("no-such-command",), 2, "no-such-command"),
    ],
    ids=lambda value: " ".join(value)[:50] if isinstance(value, tuple) else "",
)
def test_what_cannot_be_done_is_said_in_words(run: Run, db: str, args: tuple[str, ...], code: int, text: str) -> None:
    case = opened(run)
    said = run(*(part.format(case=case) for part in args))
    assert (said.code, said.out) == (code, "")
    assert text in said.err


def test_a_worklist_goes_page_by_page(run: Run, db: str) -> None:
    numbers = [opened_for(run, npi) for npi in (NPI, "1000000004", "1000000012")]
    for case in numbers:
        ok(run, "case", "show", case)
    seen: list[str] = []
    after: list[Any] = []
    for _ in numbers:
        page = json.loads(ok(run, "worklist", "--as", "adeyemi", "--limit", "1", "--json", *after))["page"]
        seen += [line["id"] for line in page["lines"]]
        if page["after"] is None:
            break
        after = ["--after", ",".join(page["after"])]
    assert seen == [f"case/{numbers[0]}"]


def opened_for(run: Run, npi: str) -> str:
    args = ("case", "open", "initial_appointment", "--practitioner", npi, "--facility", "main", "--action", "invite")
    return ok(run, *args, "--as", "ortiz").split(":")[0]


def test_a_worklist_counts_nothing_its_reader_may_not_open(run: Run, db: str) -> None:
    opened(run)
    told = json.loads(ok(run, "worklist", "--as", "adeyemi", "--json"))
    assert set(told["counts"]) == {"mine", "overdue", "due_soon"}
    assert "others" not in ok(run, "worklist", "--as", "adeyemi")
