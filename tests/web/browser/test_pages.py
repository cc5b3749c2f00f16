"""Every page in both languages on both screens: nothing stands in anybody's way, nothing is asked of elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.web.browser.crawl import Crawl
from tests.web.browser.looking import barriers, faults, overflow, squeezed
from tests.web.browser.person import Person
from tests.web.browser.states import states
from tests.web.browser.town import PHONE, WIDE, Town, town_of
from tests.web.lively import APPROVER, INSPECTOR, SECRETARY, in_state, lively
from tests.web.screenshots import small_ledger

pytestmark = pytest.mark.browser

READERS = (SECRETARY, APPROVER, INSPECTOR, "admin")
NOT_BY_LINKS = {  # the states below stand at them, or the sample is not in a state that leads there
    "amend.withdraw", "basis.find_name", "importing.show", "ledger.job", "organizations.committee",
    "organizations.lift", "seal.checked", "signing.sign_in",
}  # fmt: skip
HIDDEN_ON_PAPER = (".menu", ".head", ".skip", ".tabs", ".crumbs", ".filters", ".page-actions", "[data-print]")
INK = """all => [...new Set(all.filter(one => one.offsetParent).map(one => getComputedStyle(one).color))]"""


@pytest.fixture(scope="module")
def office(tmp_path_factory, browser: Browser) -> Iterator[Town]:
    """Give the sample office on a working day, behind a server, once for all tests of this file."""
    folder = tmp_path_factory.mktemp("office")
    with town_of(lively(folder), folder, browser) as there:
        yield there


def test_nobody_meets_a_barrier_on_any_page(office: Town) -> None:
    """Go everywhere by links, Chinese and English in turns; ``screenshots --axe`` looks at each page in every way."""
    crawl, found = Crawl(office.app, languages=cycle(("zh", "en"))), []
    for login in READERS:
        reader = office.person(login)
        for stop in crawl.walk(reader, login):
            found += [f"{stop}: {fault}" for fault in _looked_at(reader, colours=login == SECRETARY)]
        reader.speaks("zh")
    assert found == []
    assert crawl.missing() <= NOT_BY_LINKS


def test_nobody_meets_a_barrier_on_what_answers(office: Town, tmp_path: Path) -> None:
    found, kinds = [], set()
    for name, who in states(office, small_ledger(tmp_path)):
        kind = name.split("-")[0]
        found += [f"{name}: {fault}" for fault in _looked_at(who, colours=kind not in kinds)]
        kinds.add(kind)
    office.leave()
    assert found == []


def _looked_at(who: Person, *, colours: bool) -> list[str]:
    """Look at a page on a large screen, then at its width on a phone."""
    found = faults(who.page, colours=colours)
    who.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    found += overflow(who.page)
    who.page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    return found


def test_what_is_planted_is_found(office: Town) -> None:
    reader = office.person(SECRETARY).goes_to("/")
    reader.page.evaluate("""() => {
        document.querySelector('h1').remove();
        document.querySelector('main').insertAdjacentHTML('beforeend', '<input><p>0</p>');
        document.querySelector('main').lastChild.style.width = '3000px';
    }""")
    assert {"page-has-heading-one", "label"} <= {one.split(":")[0] for one in barriers(reader.page)}
    assert overflow(reader.page)
    assert squeezed(reader.page) == []
    reader.page.evaluate("document.querySelector('.light').style.cssText = 'width: 1.5em; word-break: break-all'")
    assert squeezed(reader.page)
    reader.page.evaluate("fetch('http://127.0.0.1:9/').catch(() => null)")
    with pytest.raises(AssertionError, match=r"127\.0\.0\.1:9"):
        office.leave()


def test_what_the_head_covers_of_a_scrolled_page_is_no_barrier(office: Town) -> None:
    reader = office.person(SECRETARY).goes_to(f"/cases/{in_state(office.bureau, 'pre_reviewed')}")
    crumbs, head = (reader.page.locator(part).bounding_box() for part in (".crumbs a >> nth=0", ".head"))
    assert crumbs is not None
    assert head is not None
    for seen in (1, 3, 5):
        reader.page.evaluate(f"window.scrollTo(0, {crumbs['y'] + crumbs['height'] - head['height'] - seen})")
        assert barriers(reader.page, colours=False) == []


@pytest.mark.parametrize(
    "path", ["/", "/cases/{}", "/cases/{}/sheet", "/ledger", "/compliance", "/compliance/cases/{}"]
)
def test_on_paper_there_is_no_menu_and_all_letters_are_dark(office: Town, path: str) -> None:
    reader = office.person(SECRETARY).goes_to(path.format(in_state(office.bureau, "full")))
    reader.page.emulate_media(media="print")
    seen = [part for part in HIDDEN_ON_PAPER if reader.page.locator(part).first.is_visible()]
    assert seen == []
    colours = reader.page.eval_on_selector_all("main *", INK)
    assert [one for one in colours if max(map(int, re.findall(r"\d+", one)[:3])) > 80] == []  # nearly black
    reader.page.emulate_media(media="screen")


@pytest.mark.parametrize("width", [1024, 1100, 1170, 1366])
def test_the_head_is_one_line_where_there_is_room(office: Town, width: int) -> None:
    reader = office.person(SECRETARY).goes_to("/")
    reader.page.set_viewport_size({"width": width, "height": WIDE[1]})
    menu, own = (reader.page.locator(part).bounding_box() for part in (".menu", ".head-own"))
    reader.page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    assert menu is not None
    assert own is not None
    assert own["y"] < menu["y"] + menu["height"]


@pytest.mark.parametrize("size", [WIDE, PHONE])
def test_large_letters_fit(office: Town, size: tuple[int, int]) -> None:
    reader = office.person(SECRETARY).goes_to("/")
    reader.page.set_viewport_size({"width": size[0], "height": size[1]})
    with reader.page.expect_navigation():
        reader.page.get_by_role("button", name="大字").click()
    assert reader.page.evaluate("getComputedStyle(document.documentElement).fontSize") == "22px"
    for path in ("/", "/cases/{}", "/ledger", "/compliance", "/cases/new", "/meetings/new"):
        reader.goes_to(path.format(in_state(office.bureau, "activist")))
        assert overflow(reader.page) == [], path
    with reader.page.expect_navigation():
        reader.page.get_by_role("button", name="标准字").click()
