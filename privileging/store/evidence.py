"""Evidence: files kept by the digest of their bytes, and the few kinds of file that are taken."""

from __future__ import annotations

from hashlib import sha256
from pathlib import PurePath

from sqlalchemy import bindparam, insert, select

from privileging.errors import InvalidInput
from privileging.store import tables
from privileging.store.driver import Statement, Unit
from privileging.store.projections import Row

LARGEST = 20 * 1024 * 1024
_KINDS = (
    ("application/pdf", (b"%PDF-",), (".pdf",)),
    ("image/png", (b"\x89PNG\r\n\x1a\n",), (".png",)),
    ("image/jpeg", (b"\xff\xd8\xff",), (".jpg", ".jpeg")),
    ("image/tiff", (b"II*\x00", b"MM\x00*"), (".tif", ".tiff")),
)
_at = tables.evidence.c.digest == bindparam("digest")
_KNOWN = Statement(select(tables.evidence.c.digest).where(_at))
_READ = Statement(select(tables.evidence.c.media_type, tables.evidence.c.bytes).where(_at))
_PUT = Statement(insert(tables.evidence))


def sniff(data: bytes, name: str) -> str:
    """The media type of a PDF, PNG, JPEG or TIFF file, told by its first bytes.

    InvalidInput for anything else, for a name whose ending says otherwise, for an empty or too large file.
    """
    if not data:
        raise InvalidInput({"evidence": "the file is empty"})
    if len(data) > LARGEST:
        raise InvalidInput({"evidence": f"the file is larger than {LARGEST // 1024 // 1024} MiB"})
    for media_type, beginnings, endings in _KINDS:
        if data.startswith(beginnings):
            if PurePath(name).suffix.lower() in endings:
                return media_type
            raise InvalidInput({"evidence": f"the file is {media_type}, its name says otherwise"})
    raise InvalidInput({"evidence": "only PDF, PNG, JPEG and TIFF files are taken"})


def rows_for(unit: Unit, data: bytes, media_type: str) -> list[Row]:
    """The row that keeps these bytes, to be written with a command; none where they are kept already."""
    digest = sha256(data).hexdigest()
    return [] if is_kept(unit, digest) else [(_PUT, _row(digest, data, media_type))]


def is_kept(unit: Unit, digest: str) -> bool:
    """Whether there is evidence under this digest."""
    return unit.first(_KNOWN, {"digest": digest}) is not None


def _row(digest: str, data: bytes, media_type: str) -> dict[str, object]:
    return {"digest": digest, "media_type": media_type, "size": len(data), "bytes": data}


def put(unit: Unit, data: bytes, media_type: str) -> str:
    """Keep these bytes and return their digest. The same bytes twice are kept once, as first described."""
    digest = sha256(data).hexdigest()
    if not is_kept(unit, digest):
        unit.run(_PUT, _row(digest, data, media_type))
    return digest


def get(unit: Unit, digest: str) -> tuple[str, bytes] | None:
    """The media type and bytes under this digest, None where there are none."""
    row = unit.first(_READ, {"digest": digest})
    return (row[0], row[1]) if row else None
