"""``python -m tests.web.screenshots OUT [--lang zh|en] [--axe] [--pages NAME…]``: a picture of every page.

The pages are those of the sample office on a working day, on a large screen and on a phone. ``--axe`` looks for
barriers, too, and says what it finds. The pictures of the READMEs are made by ``--pictures``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, sync_playwright

from tests.conftest import launch
from tests.ledger_import.institute import person, workbook
from tests.web.browser.crawl import Crawl
from tests.web.browser.looking import faults, overflow
from tests.web.browser.person import Person
from tests.web.browser.states import states
from tests.web.browser.town import PHONE, WIDE, Town, town_of
from tests.web.lively import HOME, LOGINS, SECRETARY, in_state, lively

LANGUAGES = ("zh", "en")
WIDTHS = {"wide": WIDE, "phone": PHONE}


def main() -> int:
    """Take the pictures; return how many faults were seen."""
    parser = argparse.ArgumentParser(prog="python -m tests.web.screenshots")
    parser.add_argument("out", type=Path)
    parser.add_argument("--lang", choices=LANGUAGES, action="append")
    parser.add_argument("--axe", action="store_true")
    parser.add_argument("--only", default="", help="names that contain this")
    parser.add_argument("--pictures", action="store_true", help="those of the READMEs")
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    with opened() as (town, ledger):
        if asked.pictures:
            pictures(town, asked.out)
            return 0
        seen = 0
        for name, who in every_page(town, ledger):
            if asked.only in name:
                seen += taken(who, asked.out / name, tuple(asked.lang or LANGUAGES), axe=asked.axe)
        for watch in town.watches:
            sys.stdout.writelines(f"{fault}\n" for fault in watch.faults)
        return min(seen, 1)


@contextmanager
def opened() -> Iterator[tuple[Town, Path]]:
    """Give the sample office behind a server, and a ledger to import into it."""
    with TemporaryDirectory() as place, sync_playwright() as playwright:
        folder = Path(place)
        browser = launch(playwright.chromium)
        if browser is None:
            raise SystemExit("no Chromium, Chrome or Edge on this machine")
        with town_of(lively(folder), folder, browser) as town:
            yield town, small_ledger(folder)
        browser.close()


def small_ledger(folder: Path) -> Path:
    """Write a ledger of two people of the sample."""
    people = (person("阎示新", 所在党支部=HOME), person("覃示新", 所在党支部="没有的支部", 派人谈话时间="待定"))
    return workbook(folder / "台账.xlsx", *people)


def every_page(town: Town, ledger: Path) -> Iterator[tuple[str, Person]]:
    """Yield every page by a name of its own, somebody standing at it."""
    crawl = Crawl(town.app)
    for login in LOGINS:
        reader = town.person(login)
        for stop in crawl.walk(reader, login):
            yield f"{stop.endpoint}-{stop.login}", reader
    yield from states(town, ledger)


def taken(who: Person, path: Path, languages: tuple[str, ...], *, axe: bool) -> int:
    """Take the pictures of the page that somebody stands at; return how many faults it has."""
    seen = 0
    for language in languages:
        who.speaks(language).page.reload()
        for width, (across, down) in WIDTHS.items():
            who.page.set_viewport_size({"width": across, "height": down})
            name = path.with_name(f"{path.name}-{language}-{width}.png")
            who.page.screenshot(path=name, full_page=True)
            found = faults(who.page) if axe else overflow(who.page)
            sys.stdout.writelines(f"{name.stem}: {fault}\n" for fault in found)
            seen += len(found)
    who.speaks("zh").page.reload()
    return seen


def pictures(town: Town, out: Path) -> None:
    """Take the pictures of the READMEs: the to-do list, a person's record, a refusal; 150 kB each at most."""
    town.it_is("2026-12-14")  # the first limits have passed, others come near
    secretary = town.person(SECRETARY)
    secretary.page.set_viewport_size({"width": 1180, "height": 660})
    _picture(secretary.goes_to("/").page, out / "todo.zh.png")
    case = in_state(town.bureau, "activist")
    _picture(secretary.goes_to(f"/cases/{case}").page, out / "case.zh.png")
    secretary.goes_to(f"/cases/{in_state(town.bureau, 'pre_reviewed')}/steps/admit/passed")
    secretary.fills(
        接收大会时间=town.today, 接收应到="20", 接收实到="9", 接收赞成="9", 接收表决方式="其他方式",
        **{"逐个讨论、逐个表决": "是"},
    )  # fmt: skip
    _picture(secretary.presses("核对").page, out / "refusal.zh.png")


def _picture(page: Page, path: Path) -> None:
    page.evaluate("document.activeElement.blur(), scrollTo(0, 0)")
    page.screenshot(path=path)


if __name__ == "__main__":
    sys.exit(main())
