"""How values look on a page: days and instants in the facility's zone, numbers, who is who."""

from __future__ import annotations

from datetime import date, datetime
from secrets import token_urlsafe
from urllib.parse import urlsplit

from flask import Flask, current_app, request
from markupsafe import Markup

from privileging.engine.calendar import zone_of
from privileging.engine.headline import NEVER
from web.desk import desk, holds
from web.guard import within_reach
from web.outside import signed_in


def register(app: Flask) -> None:
    """The filters and names every template may use."""
    filters = (day, clock, number, plain, relative, sentence)
    app.jinja_env.filters.update({entry.__name__: entry for entry in filters})
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(_around)


def _around() -> dict[str, object]:
    known = {"user": signed_in(), "demo": desk().demo, "holds": holds, "now": desk().now()}
    return {**known, "rooms": rooms, "case_tabs": case_tabs, "fresh_key": fresh_key, "back": back}


def case_tabs(mine: bool) -> list[tuple[str, str, str]]:
    """The pages about one case that the reader may open: name, endpoint, text."""
    from web.rooms import TABS

    return [
        (name, endpoint, text)
        for name, endpoint, text, resource in TABS
        if within_reach(resource) and endpoint in current_app.view_functions
    ]


def rooms() -> list[tuple[str, str]]:
    """The bar's entries for whoever reads."""
    from web.rooms import BAR

    return [(endpoint, text) for endpoint, text, kinds in BAR if not kinds or any(holds(kind) for kind in kinds)]


def fresh_key() -> str:
    """A key for one form: sending it twice does its work once."""
    return token_urlsafe(16)


def back() -> str:
    """The page this request came from, if it is one of ours."""
    parts = urlsplit(request.referrer or "")
    return parts.path if parts.netloc == request.host and parts.path.startswith("/") else "/"


def day(at: str, zone: str = "UTC") -> str:
    """An instant or a day as ``2 Dec 2026``."""
    if not at or at == NEVER:
        return "–"
    found = date.fromisoformat(at) if len(at) == 10 else datetime.fromisoformat(at).astimezone(zone_of(zone)).date()
    return f"{found.day} {found:%b %Y}"


def clock(at: str, zone: str = "UTC") -> Markup:
    """An instant as a ``time`` element: the facility's time to read, UTC beneath."""
    local = datetime.fromisoformat(at).astimezone(zone_of(zone))
    text = f"{local.day} {local:%b %Y %H:%M} {local.tzname()}"
    return Markup('<time datetime="{}" title="{} UTC">{}</time>').format(at, at[:16].replace("T", " "), text)


def number(stream: str) -> str:
    """A case's number as people say it; any other stream without its kind."""
    return stream.partition("/")[2] or stream


def plain(name: str) -> str:
    """``adverse_notice`` as ``Adverse notice``, the field ``item-photo_id`` as ``Item photo id``."""
    return name.replace("_", " ").replace("|", " ").replace("-", " ").capitalize()


def relative(at: str, now: str) -> str:
    """How far away a due date is, in days: ``in 3 days``, ``today``, ``2 days late``."""
    if not at or at == NEVER:
        return ""
    days = (datetime.fromisoformat(at).date() - datetime.fromisoformat(now).date()).days
    if at < now:
        return f"{-days} days late" if days < -1 else "1 day late" if days == -1 else "late today"
    return "today" if days == 0 else "tomorrow" if days == 1 else f"in {days} days"


def sentence(names: tuple[str, ...] | list[str]) -> str:
    """Names as a sentence part: ``a, b or c``."""
    words = [plain(name).lower() for name in names]
    return " or ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)
