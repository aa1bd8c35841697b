from __future__ import annotations

import pytest

from privileging.errors import InvalidInput
from privileging.store import evidence, sources
from privileging.store.driver import Duplicate, Store

PDF, PNG, JPEG = b"%PDF-1.7\n\x00\xff", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0"


def test_evidence_is_kept_once_by_its_digest(store: Store) -> None:
    with store.writing() as unit:
        first = evidence.put(unit, PDF, "application/pdf")
        assert evidence.put(unit, PDF, "application/pdf") == first
    with store.reading() as unit:
        assert evidence.get(unit, first) == ("application/pdf", PDF)
        assert evidence.get(unit, "0" * 64) is None


@pytest.mark.parametrize(
    ("data", "name", "media_type"),
    [
        (PDF, "License.PDF", "application/pdf"),
        (PNG, "a.b.png", "image/png"),
        (JPEG, "x.jpg", "image/jpeg"),
        (JPEG, "x.jpeg", "image/jpeg"),
        (b"II*\x00", "x.tif", "image/tiff"),
        (b"MM\x00*", "x.tiff", "image/tiff"),
    ],
)
def test_four_kinds_of_file_are_known_by_their_bytes(data: bytes, name: str, media_type: str) -> None:
    assert evidence.sniff(data, name) == media_type


@pytest.mark.parametrize(
    ("data", "name", "why"),
    [
        (b"", "x.pdf", "empty"),
        (PDF, "x.png", "its name says otherwise"),
        (PDF, "pdf", "its name says otherwise"),
        (b"<svg/>", "x.svg", "only PDF"),
        (b"MZ", "x.pdf", "only PDF"),
        (PDF + bytes(evidence.LARGEST), "x.pdf", "larger than 20 MiB"),
    ],
    ids=["empty", "other name", "no ending", "svg", "program", "large"],
)
def test_any_other_file_is_refused(data: bytes, name: str, why: str) -> None:
    with pytest.raises(InvalidInput, match=why) as caught:
        evidence.sniff(data, name)
    assert list(caught.value.fields) == ["evidence"]


def test_the_first_text_under_a_digest_stays(store: Store) -> None:
    with store.writing() as unit:
        unit.run(*sources.put_row("digest", "workflow: x  # first"))
    with pytest.raises(Duplicate), store.writing() as unit:
        unit.run(*sources.put_row("digest", "workflow: x  # second"))
    with store.reading() as unit:
        assert sources.get_source(unit, "digest") == "workflow: x  # first"
        assert sources.get_source(unit, "other") is None
