"""What a user installs: the wheel carries the workflows, the forms, the migrations and the pages."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ASK = "import json, privileging as p; print(json.dumps([sorted(p.shipped()), str(p.shipped_folder())]))"


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], cwd=ROOT, check=True)
    (wheel,) = folder.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(folder / "site")
    return folder / "site"


def test_the_workflows_are_found_from_the_wheel_and_from_nowhere_else(unpacked: Path, tmp_path: Path) -> None:
    (tmp_path / "workflows").mkdir()
    (tmp_path / "workflows" / "evil.yaml").write_text("workflow: evil")
    asked = subprocess.run(
        [sys.executable, "-c", ASK], cwd=tmp_path, env={"PYTHONPATH": str(unpacked)}, capture_output=True, check=True
    )
    names, folder = json.loads(asked.stdout)
    assert names == ["fair_hearing", "initial_appointment", "reappointment"]
    assert Path(folder) == unpacked / "privileging" / "workflows"


@pytest.mark.parametrize(
    "path",
    [
        "privileging/workflows/delineations/general_surgery.yaml",
        "privileging/workflows/offices/demo.yaml",
        "privileging/store/migrations/versions/r0001_first_tables.py",
        "privileging/py.typed",
        "web/templates/base.html",
        "web/static/style.css",
    ],
)
def test_the_wheel_carries_what_the_program_reads(unpacked: Path, path: str) -> None:
    assert (unpacked / path).is_file()
