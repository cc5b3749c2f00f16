"""The report in a real browser: readable by everybody, on a phone and on paper, and nothing in it runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.compliance import audits
from tests.compliance.bulk_pages import RUSH, SCRIPT, html
from workflow.compliance.report import render_html
from workflow.compliance.result import Wanted

LANGUAGES = ("zh", "en")
WIDE, PHONE = 1366, 390  # places across the screen

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def reports(tmp_path_factory) -> dict[str, Path]:
    """Write the report of every kind of ledger in both languages."""
    folder = tmp_path_factory.mktemp("reports")
    kinds = {
        "sample": audits.sample(),
        "hostile": audits.audited(audits.hostile(folder / "hostile.xlsx")),
        "clean": audits.audited(audits.clean(folder / "clean.xlsx")),
        "empty": audits.audited(audits.empty(folder / "empty.xlsx")),
    }
    written = {}
    for kind, audit in kinds.items():
        for language in LANGUAGES:
            path = folder / f"{kind}-{language}.html"
            path.write_text(render_html(audit, language, pseudonymous=False), "utf-8", newline="")
            written[path.stem] = path
    wanted = Wanted(by_month=True, level=0)
    asked: dict[str, Any] = {"indicated": [RUSH], audits.MARKUP: (8, 6), SCRIPT: (40, 3)}
    for language in LANGUAGES:
        path = folder / f"bulk-{language}.html"
        shown = html(folder, language, wanted, **asked)
        path.write_text(shown, "utf-8", newline="")
        written[path.stem] = path
    return written


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    """Give a new tab; whatever the browser complains of fails the test."""
    page = browser.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    page.close()
    assert said == []


def show(page: Page, report: Path, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(report.as_uri())


@pytest.mark.parametrize(
    ("report", "size"),
    [
        ("sample-zh", WIDE), ("sample-zh", PHONE), ("sample-en", WIDE), ("sample-en", PHONE), ("hostile-zh", PHONE),
        ("hostile-en", WIDE), ("clean-zh", WIDE), ("clean-en", PHONE), ("empty-zh", PHONE), ("empty-en", WIDE),
        ("bulk-zh", PHONE), ("bulk-en", WIDE),
    ],
)  # fmt: skip
def test_axe_finds_nothing_and_nothing_scrolls_sideways(tab, reports, report, size):
    show(tab, reports[report], size)
    tab.evaluate("document.querySelectorAll('.branch').forEach(one => { one.style.contentVisibility = 'visible'; })")
    violations = Axe().run(tab).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"][:3]]) for one in violations] == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= size


def test_axe_finds_what_is_planted(tab, reports, tmp_path):
    html = reports["sample-zh"].read_text("utf-8").replace(' lang="zh-CN"', "", 1).replace("<h1>", "<h1></h1><h1>", 1)
    planted = tmp_path / "planted.html"
    planted.write_text(html, "utf-8")
    show(tab, planted, WIDE)
    assert {"html-has-lang", "empty-heading"} <= {one["id"] for one in Axe().run(tab).response["violations"]}


def test_a_table_is_still_a_table_where_its_rows_are_cards(tab, reports):
    show(tab, reports["sample-zh"], PHONE)
    table = tab.get_by_role("table").nth(2)
    assert table.get_by_role("columnheader").count() == 5
    assert table.get_by_role("row").count() > 5
    assert tab.locator(".findings td").first.evaluate("cell => getComputedStyle(cell).display") == "block"
    label = "cell => getComputedStyle(cell, '::before').content"
    assert tab.locator(".findings td:nth-child(3)").first.evaluate(label) == '"证据"'


def test_the_first_stop_of_the_keyboard_leads_past_everything(tab, reports):
    show(tab, reports["sample-en"], WIDE)
    tab.keyboard.press("Tab")
    focused = tab.locator(":focus")
    assert focused.inner_text() == "Skip to the content"
    assert focused.bounding_box()["x"] >= 0
    tab.keyboard.press("Enter")
    assert tab.url.endswith("#main")


@pytest.mark.parametrize("language", LANGUAGES)
def test_on_paper_everything_prints_in_black_without_backgrounds(tab, reports, language):
    show(tab, reports[f"hostile-{language}"], WIDE)
    tab.emulate_media(media="print")
    assert not tab.get_by_role("navigation").is_visible()
    for part in ("section", "table", "tbody tr", "li", "dd"):
        hidden = f"!!document.querySelector('main') && [...document.querySelectorAll('main {part}')]"
        hidden += ".filter(one => !one.closest('nav') && one.getClientRects().length === 0).length"
        assert tab.evaluate(hidden) == 0, part
    colours = "new Set([...document.querySelectorAll('.force, .figure dd, td, th')].map(one => getComputedStyle(one)"
    assert tab.evaluate(f"[...{colours}.color))]") == ["rgb(0, 0, 0)"]
    assert tab.evaluate(f"[...{colours}.backgroundColor))]") == ["rgba(0, 0, 0, 0)"]
    assert tab.locator("tbody tr").first.evaluate("row => getComputedStyle(row).breakInside") == "avoid"
    assert tab.locator("thead").first.evaluate("head => getComputedStyle(head).display") == "table-header-group"


def test_the_paper_is_a4_landscape(tab, reports):
    show(tab, reports["sample-zh"], WIDE)
    pdf = tab.pdf(prefer_css_page_size=True)
    boxes = {tuple(map(float, box.split())) for box in re.findall(rb"/MediaBox\s*\[([^\]]+)\]", pdf)}
    assert boxes
    assert all(abs(width - 842) < 2 and abs(height - 595) < 2 for _, _, width, height in boxes)


def test_no_script_of_a_ledger_runs(tab, reports):
    show(tab, reports["hostile-zh"], WIDE)
    assert tab.locator("script").count() == 0
    assert audits.SCRIPT in tab.inner_text("main")
