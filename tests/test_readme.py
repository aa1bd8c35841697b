"""The README runs, so it cannot lie."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

README = (Path(__file__).parents[1] / "README.md").read_text()


def test_the_tour_goes_from_an_empty_database_to_a_verified_history(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tour,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    exec(compile(tour, "README.md", "exec"), {})
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("Specialty you will practise in: not answered (can be cured by: applicant)")
    assert said[1] == "granted with 8 privileges"
    assert re.fullmatch(r"\d+ events verified", said[2])


def test_the_readme_names_every_room_of_the_house() -> None:
    rooms = {path.name for path in (Path(__file__).parents[1] / "privileging").iterdir() if path.is_dir()}
    assert all(f"  {room}/" in README for room in rooms - {"__pycache__"})
