"""From nothing to an office, by commands alone."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from commanding import VARIABLE, Run
from office import OFFICE, PASSWORD

NPPES = Path(__file__).parents[3] / "shared" / "data" / "nppes"


@pytest.fixture
def new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a database is not yet."""
    path = tmp_path / "new.db"
    monkeypatch.setenv(VARIABLE, str(path))
    return path


@pytest.fixture
def office_file(tmp_path: Path) -> Path:
    path = tmp_path / "office.yaml"
    path.write_bytes(OFFICE)
    return path


def test_init_makes_a_database_a_secret_and_no_users(run: Run, new: Path) -> None:
    said = run("init")
    assert (said.code, said.err) == (0, "")
    assert "Published: fair_hearing, initial_appointment, reappointment" in said.out
    secret = new.with_name("new.db.secret")
    assert stat.S_IMODE(os.stat(secret).st_mode) == 0o600
    assert len(secret.read_text().strip()) == 64
    assert run("user", "list").out == "No accounts.\n"


def test_init_again_keeps_the_secret_and_the_workflows(run: Run, new: Path) -> None:
    run("init")
    before = new.with_name("new.db.secret").read_text()
    said = run("init")
    assert (said.code, "nothing new" in said.out) == (0, True)
    assert new.with_name("new.db.secret").read_text() == before


def test_init_puts_the_secret_where_it_is_told(run: Run, new: Path, tmp_path: Path) -> None:
    run("init", "--secret", tmp_path / "elsewhere")
    assert (tmp_path / "elsewhere").exists()
    assert not new.with_name("new.db.secret").exists()


@pytest.mark.parametrize("where", ["missing/new.db", "."])
def test_init_says_where_it_cannot(run: Run, tmp_path: Path, where: str) -> None:
    said = run("init", "--db", tmp_path / where)
    assert said.code in (1, 2)
    assert said.err


def test_init_does_not_take_another_file_for_a_database(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Minutes of the credentials committee. " * 40)
    said = run("init", "--db", path)
    assert (said.code, bool(said.err)) == (1, True)
    assert path.read_text().startswith("Minutes")


def test_an_office_is_planned_then_set_up_then_unchanged(run: Run, new: Path, office_file: Path) -> None:
    run("init")
    planned = run("office", office_file, "--dry-run")
    assert (planned.code, "would change" in planned.out) == (0, True)
    done = run("office", office_file)
    assert "  add facility Lakeside Medical Center" in done.out
    assert done.out.splitlines()[1:] == planned.out.splitlines()[1:]
    assert run("office", office_file).out == "Nothing to change\n"
    assert json.loads(run("office", office_file, "--json").out) == []


def test_a_fault_in_an_office_file_has_a_line(run: Run, new: Path, office_file: Path) -> None:
    run("init")
    office_file.write_bytes(OFFICE.replace(b"zone: America/Chicago", b"zone: America/Chikago"))
    said = run("office", office_file)
    assert said.code == 1
    assert said.err.startswith(f"{office_file}:6: facilities.main.zone")


def test_an_account_is_opened_with_a_password_from_standard_input(run: Run, new: Path, office_file: Path) -> None:
    run("init")
    run("office", office_file)
    said = run("user", "add", "ortiz", "--person", "ortiz", "--password-stdin", stdin=PASSWORD + "\n")
    assert (said.code, said.out) == (0, "Account ortiz opened for ortiz\n")
    assert "ortiz  person/ortiz  open" in run("user", "list").out
    assert json.loads(run("user", "list", "--json").out)[0]["name"] == "ortiz"


def test_an_account_is_refused_for_what_is_wrong_with_it(run: Run, db: str) -> None:
    short = run("user", "add", "second", "--person", "ortiz", "--password-stdin", stdin="short\n")
    assert (short.code, "at least 15" in short.err) == (2, True)
    known = run("user", "add", "ortiz", "--person", "ortiz", "--password-stdin", stdin=PASSWORD)
    assert (known.code, "exists already" in known.err) == (1, True)
    nobody = run("user", "add", "second", "--person", "nobody", "--password-stdin", stdin=PASSWORD)
    assert (nobody.code, nobody.err) == (1, "There is no person nobody\n")
    bad = run("user", "add", "Second One", "--person", "ortiz", "--password-stdin", stdin=PASSWORD)
    assert (bad.code, "account" in bad.err) == (2, True)


def reply(**basic: str) -> str:
    stated = {"first_name": "QUILLA", "last_name": "TESTFERN", "credential": "M.D.", "status": "A"}
    dated = {"last_updated": "2024-02-29"}
    result = {"number": 1000000020, "enumeration_type": "NPI-1", "basic": stated | dated | basic}
    deactivated = {"number": 1000000038, "enumeration_type": "NPI-1", "basic": {"status": "D"}}
    more = {"addresses": [], "taxonomies": []}
    return json.dumps({"result_count": 2, "results": [result | more, deactivated | more]})


def test_an_import_is_previewed_then_done_then_compared(run: Run, db: str, tmp_path: Path) -> None:
    path = tmp_path / "reply.json"
    path.write_text(reply())
    seen = run("import", "nppes", path, "--dry-run")
    assert seen.out.startswith("1 new, 0 changed, 0 as they were, 1 rejected\n  + 1000000020 Quilla Testfern MD")
    assert "Nothing was written." in seen.out
    assert "1 entered." in run("import", "nppes", path).out
    assert "0 new, 0 changed, 1 as they were" in run("import", "nppes", path).out
    path.write_text(reply(last_name="FERN", last_updated="2025-01-01"))
    again = run("import", "nppes", path)
    assert "0 new, 1 changed" in again.out
    assert "Testfern → Fern" in again.out
    assert "Quilla Fern" in run("people", "fern").out


def test_an_import_of_nothing_usable_is_no(run: Run, db: str, tmp_path: Path) -> None:
    path = tmp_path / "reply.json"
    for text in ("{", '{"results": 1}', "[" * 100_000, "\x00"):
        path.write_text(text)
        said = run("import", "nppes", path, "--json")
        assert said.code == 1
        assert len(json.loads(said.out)["rejects"]) == 1


@pytest.mark.skipif(not NPPES.exists(), reason="needs the recorded replies")
def test_recorded_replies_are_imported_once(run: Run, db: str) -> None:
    files = sorted(NPPES.glob("*.json"))
    assert run("import", "nppes", *files).code == 0
    assert json.loads(run("import", "nppes", *files, "--json").out)["entered"] == []


# Where the database is ---------------------------------------------------------------------------------------


def test_a_command_without_a_database_is_misuse(run: Run, no_db: None) -> None:
    said = run("verify")
    assert (said.code, "--db" in said.err) == (2, True)


@pytest.mark.parametrize(
    ("db", "code"),
    [("missing.db", 1), ("mysql://a/b", 2), ("sqlite://", 2), ("postgresql://localhost:1/none", 1), ("a://b:x/c", 2)],
)
def test_a_database_that_cannot_be_opened_is_said(
    run: Run, no_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, db: str, code: int
) -> None:
    monkeypatch.chdir(tmp_path)
    said = run("verify", "--db", db)
    assert (said.code, bool(said.err)) == (code, True)
    assert not (tmp_path / db).exists()


def test_a_file_that_is_no_database_is_said(run: Run, no_db: None, tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Minutes of the credentials committee. " * 40)
    for command in (("verify",), ("worklist", "--as", "ortiz"), ("sweep",), ("rebuild",)):
        said = run(*command, "--db", path)
        assert (said.code, bool(said.err)) == (1, True)


def test_an_empty_file_is_no_office(run: Run, no_db: None, tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    path.touch()
    said = run("verify", "--db", path)
    assert (said.code, "privileging init" in said.err) == (1, True)


def test_a_database_is_named_by_url_too(run: Run, db: str, no_db: None) -> None:
    assert run("verify", "--db", f"sqlite:///{db}").code == 0
