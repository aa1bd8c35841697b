"""Screenshots of the pages that matter, of the demo office: ``python tests/browser/screenshots.py FOLDER``."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path += [str(Path(__file__).parent), str(Path(__file__).parents[1])]

from demo_office import NOW, number_of
from hands import Hand, launched, served
from playwright.sync_api import sync_playwright

from privileging.exchange.demo import build_demo
from privileging.store.driver import open_store
from privileging.store.schema import migrate
from web.desk import Demo

# What to call it, who looks, at which page; the number is that of a case of this workflow at this state.
SHOTS = (
    ("worklist", "ortiz", "/", "reappointment", "verification"),
    ("case", "ortiz", "/cases/{}", "reappointment", "verification"),
    ("vote", "castellanos", "/cases/{}/vote", "initial_appointment", "committee_review"),
    ("history", "quigley", "/cases/{}/history", "initial_appointment", "granted"),
    ("diagram", "ortiz", "/cases/{}/diagram", "initial_appointment", "committee_review"),
)
WIDTHS = (1280, 360)


def main(folder: Path) -> None:
    """Builds the demo, serves it, and photographs each page at both widths."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        template = Path(place) / "demo.db"
        migrate(str(template))
        store = open_store(str(template))
        built = build_demo(store, now=NOW)
        store.close()
        demo = Demo(tuple((entry.name, entry.who) for entry in built.accounts), built.password)
        browser = launched(playwright)
        with served((template, demo), Path(place) / "copy.db") as site:
            for name, account, address, workflow, state in SHOTS:
                path = address.format(number_of(site.store, workflow, state))
                for width in WIDTHS:
                    person = Hand(browser.new_page(viewport={"width": width, "height": 800}), site.url)
                    person.sign_in(account)
                    person.go(path)
                    person.page.screenshot(path=folder / f"{name}-{width}.png")
                    person.page.close()
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
