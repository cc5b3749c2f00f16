"""Without a mouse: where the Tab key goes, and a whole step recorded by keys alone."""

from __future__ import annotations

import pytest

from tests.engine.stages import until
from tests.web.browser.person import Person
from tests.web.browser.town import Town

pytestmark = pytest.mark.browser

FOCUSED = """(one => one === document.body ? '' : one.innerText || one.getAttribute('name') || '')(
  document.activeElement)"""
WITHIN = "document.activeElement.closest('.skip, header, main, footer')?.className || ''"


def tab_to(person: Person, words: str, most: int = 80) -> None:
    """Press Tab until what has the focus says so."""
    for _ in range(most):
        person.page.keyboard.press("Tab")
        if words in person.page.evaluate(FOCUSED):
            return
    raise AssertionError(f"no Tab leads to {words} at {person.path}")


def enter(person: Person) -> None:
    """Press Enter where it leads to another page."""
    with person.page.expect_navigation():
        person.page.keyboard.press("Enter")


def test_tab_goes_to_the_skip_link_then_the_menu_then_the_page(town: Town) -> None:
    secretary = town.person("secretary").goes_to("/")
    page, places = secretary.page, []
    for _ in range(20):
        page.keyboard.press("Tab")
        places.append(page.evaluate(WITHIN).split()[0])
    assert places[0] == "skip"
    assert places[1] == "head"
    assert places == sorted(places, key=["skip", "head", "page", "foot"].index)
    secretary.goes_to("/")
    page.keyboard.press("Tab")
    assert page.locator(":focus").bounding_box() is not None
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate(WITHIN).split()[0] == "page"


def test_a_step_is_recorded_without_a_mouse(town: Town) -> None:
    case = until(town.bureau, "apply")
    town.it_is("2026-06-01")
    secretary = town.person("secretary").goes_to("/")
    keys = secretary.page.keyboard
    keys.press("j")  # the first line of the list
    assert "示例一" in secretary.page.evaluate(FOCUSED)
    enter(secretary)
    assert secretary.path == f"/cases/{case}"
    tab_to(secretary, "办理：")
    enter(secretary)
    tab_to(secretary, "e.on")
    keys.type(town.today)
    keys.press("Tab")
    keys.type("甲")
    enter(secretary)  # the first button is what Enter in a field means
    tab_to(secretary, "提交")
    enter(secretary)
    secretary.sees("已登记：党组织派人谈话")
