"""The review application: pages that parse, call one service or query, and show."""

from web.app import create_app

__all__ = ["create_app"]
