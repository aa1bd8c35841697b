"""Real processes: exit codes as a shell sees them, and never a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from privileging.definition.load import shipped_folder

PROGRAM = "from privileging.cli import main; main()"


def ran(*args: str | bytes, cwd: Path, stdin: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    base = {name: value for name, value in os.environ.items() if name != "PRIVILEGING_DATABASE_URL"}
    command = [os.fsencode(sys.executable), b"-c", os.fsencode(PROGRAM), *map(os.fsencode, args)]
    done = subprocess.run(command, cwd=cwd, input=stdin, capture_output=True, env=base | environment, check=False)
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    return done


def test_zero_is_yes_one_is_no_two_is_misuse(tmp_path: Path) -> None:
    good = str(shipped_folder() / "fair_hearing.yaml")
    (tmp_path / "bad.yaml").write_text("workflow: [\n")
    assert ran("--help", cwd=tmp_path).returncode == 0
    assert ran("--version", cwd=tmp_path).returncode == 0
    assert ran("check", good, cwd=tmp_path).returncode == 0
    assert ran("check", "bad.yaml", cwd=tmp_path).returncode == 1
    assert ran("check", cwd=tmp_path).returncode == 2
    assert ran("chekc", good, cwd=tmp_path).returncode == 2
    assert ran("verify", cwd=tmp_path).returncode == 2
    assert ran("verify", "--db", "none.db", cwd=tmp_path).returncode == 1


def test_the_database_is_found_by_its_variable(tmp_path: Path) -> None:
    here = {"PRIVILEGING_DATABASE_URL": "new.db"}
    assert ran("init", cwd=tmp_path, **here).returncode == 0
    assert ran("verify", cwd=tmp_path, **here).stdout.endswith(b"streams verify\n")
    assert ran("verify", cwd=tmp_path, PRIVILEGING_DATABASE_URL=f"sqlite:///{tmp_path}/new.db").returncode == 0


def test_a_question_that_nobody_answers_is_no(tmp_path: Path) -> None:
    ran("init", "--db", "new.db", cwd=tmp_path)
    asked = ran("user", "add", "ortiz", "--person", "ortiz", "--db", "new.db", cwd=tmp_path)
    assert asked.returncode == 1


@pytest.mark.parametrize("bad", [b"caf\xe9"], ids=["latin-1"])
def test_arguments_that_are_not_utf_8_are_misuse(tmp_path: Path, bad: bytes) -> None:
    ran("init", "--db", "new.db", cwd=tmp_path)
    for args in (("case", "show"), ("history",), ("people",), ("grants",), ("worklist", "--as"), ("check",)):
        done = ran(*args, bad, *(() if args == ("check",) else ("--db", "new.db")), cwd=tmp_path)
        assert (done.returncode, bool(done.stderr)) == (2, True), args


def test_a_password_that_is_not_utf_8_is_misuse(tmp_path: Path) -> None:
    ran("init", "--db", "new.db", cwd=tmp_path)
    args = ("user", "add", "ortiz", "--person", "ortiz", "--password-stdin", "--db", "new.db")
    assert ran(*args, cwd=tmp_path, stdin=b"correct horse battery \xff\n").returncode == 2
    assert ran(*args, cwd=tmp_path, stdin=b"correct horse battery \x00\n").returncode == 2


def test_a_reader_who_leaves_early_is_no_error(tmp_path: Path) -> None:
    program = f"{sys.executable} -c '{PROGRAM}' show {shipped_folder() / 'initial_appointment.yaml'} | head -1"
    done = subprocess.run(program, shell=True, cwd=tmp_path, capture_output=True, check=False)
    assert done.stdout
    assert b"Traceback" not in done.stderr


def test_names_are_printed_though_the_terminal_knows_no_unicode(tmp_path: Path) -> None:
    done = ran("show", str(shipped_folder() / "fair_hearing.yaml"), cwd=tmp_path, PYTHONIOENCODING="ascii")
    assert done.returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_output_that_cannot_be_written_is_no(tmp_path: Path) -> None:
    path = shipped_folder() / "fair_hearing.yaml"
    for args in (("show", path), ("show", path, "--json"), ("check", path)):
        command = [sys.executable, "-c", PROGRAM, *map(str, args)]
        with Path("/dev/full").open("wb") as full:
            done = subprocess.run(command, cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, check=False)
        assert (done.returncode, done.stderr) == (1, b"Cannot go on: [Errno 28] No space left on device\n")
