"""Somebody at a browser: what a person does there, in the words that stand on the pages."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Locator, Page

from tests.engine.office import LAWS, Clock


class Person:
    """One person, one browser. Methods are sentences: whoever it is signs in, opens a case, takes a step."""

    def __init__(self, page: Page, clock: Clock) -> None:
        """Sit down; the clock on the wall is everybody's."""
        self.page, self._clock = page, clock

    # ------------------------------------------------------------------ looking

    @property
    def words(self) -> str:
        """Return what stands in the middle of the page, single spaces between the words."""
        return " ".join(self.page.locator("main").inner_text().split())

    @property
    def path(self) -> str:
        """Return the address of the page, without the server."""
        return re.sub(r"^https?://[^/]+", "", self.page.url)

    def sees(self, *words: str) -> Person:
        """Raise AssertionError unless all of it stands on the page."""
        there = self.words
        for each in words:
            assert each in there, f"no “{each}” at {self.path}: {there[:900]}"
        return self

    def does_not_see(self, *words: str) -> Person:
        """Raise AssertionError if anything of it stands on the page."""
        there = self.words
        for each in words:
            assert each not in there, f"“{each}” stands at {self.path}"
        return self

    # ------------------------------------------------------------------ going

    def goes_to(self, path: str) -> Person:
        """Open an address."""
        self.page.goto(path)
        return self

    def follows(self, words: str) -> Person:
        """Click the first link that says so."""
        return self.clicks(self.page.get_by_role("link", name=words))

    def presses(self, words: str) -> Person:
        """Click the button in the middle of the page that says just this."""
        return self.clicks(self.page.locator("main").get_by_role("button", name=words, exact=True))

    def clicks(self, found: Locator) -> Person:
        """Click the first of what was found, and wait for the page that it leads to."""
        assert found.count(), f"there is nothing such at {self.path}: {found} in {self.words[:900]}"
        with self.page.expect_navigation():
            found.first.click()
        return self

    def speaks(self, language: str) -> Person:
        """Have pages in a language from now on."""
        origin = re.match(r"^https?://[^/]+", self.page.url)
        assert origin, self.page.url
        self.page.context.add_cookies([{"name": "jishi_lang", "value": language, "url": origin.group()}])
        return self

    # ------------------------------------------------------------------ filling in

    def fills(self, **fields: str) -> Person:
        """Fill in fields by what stands beside them; of a choice, the words of one."""
        for label, value in fields.items():
            self._fill(label, value)
        return self

    def _fill(self, label: str, value: str) -> None:
        named = re.compile(rf"^{re.escape(label)}( 必填| required)?$")
        group = self.page.get_by_role("radiogroup", name=named)
        if group.count():
            group.get_by_label(value, exact=True).check()
            return
        control = self.page.locator("main").get_by_label(named)
        assert control.count() == 1, f"{control.count()} fields are called {label} at {self.path}: {self.words[:900]}"
        if control.evaluate("control => control.tagName") == "SELECT":
            control.select_option(label=value)
        elif control.get_attribute("type") == "file":
            control.set_input_files(Path(value))
        else:
            control.fill(value)

    def fills_in_today(self) -> None:
        """Fill in the day of the act, wherever it stands in the form: today."""
        edition, today = LAWS.book().edition_on(self._clock.day), self._clock.day.isoformat()
        *_, step, outcome = self.path.split("/")
        known = edition.steps.get(step)  # None: a case is opened, by one act
        control = f"[name='e.{known.outcomes[outcome].fills or known.day}']" if known else "[name^='e.']"
        self.page.locator(f"main form {control}").first.fill(today)

    # ------------------------------------------------------------------ working

    def signs_in(self, login: str, password: str) -> Person:
        """Come in by the door."""
        self.goes_to("/sign-in").fills(登录名=login, 密码=password).presses("登录")
        assert "/sign-in" not in self.path, self.words
        return self

    def opens_a_case(self, name: str, born: str, **fields: str) -> str:
        """Open a case with the letter that came in today; return its number."""
        self.goes_to("/").follows("立案").fills(姓名=name, 出生日期=born, **fields)
        self.fills_in_today()
        self.presses("核对").sees(name).presses("提交").sees("已登记")
        return self.path.removeprefix("/cases/")

    def comes_to(self, case: str, act: str) -> Person:
        """Find the form of an act (step and outcome) from the page of the person, as whoever has to do it would."""
        step, outcome = act.split()
        form, choice = f"/cases/{case}/steps/{step}/{outcome}", f"/cases/{case}/steps/{step}"
        if self.path == f"/cases/{case}" and self._finds(form):  # where the act before has led
            return self
        self.goes_to(f"/cases/{case}")
        if not self._finds(form):
            found = self._finds(choice) or self._finds(f"/cases/{case}/steps")
            assert found, f"no way from the case to {act}: {self.words}"
            assert self.path == form or self._finds(form), f"no way to {act} at {self.path}: {self.words}"
        return self

    def _finds(self, address: str) -> bool:
        """Click the link to an address if there is one that can be seen."""
        link = self.page.locator(f'main a[href="{address}"] >> visible=true')
        if link.count():
            self.clicks(link)
        return self.path == address or bool(link.count())

    def takes(self, case: str, act: str, **fields: str) -> Person:
        """Record an act of today: from the person's page to the form, looked over, handed in."""
        self.comes_to(case, act).fills_in_today()
        return self.fills(**fields).presses("核对").presses("提交").sees("已登记")

    # ------------------------------------------------------------------ putting right, second persons, moves

    def proposes_to_correct(self, case: str, act: str, reason: str, **fields: str) -> Person:
        """Correct what is wrong in an entry, found by its words in the history; a second person has to confirm."""
        self.goes_to(f"/cases/{case}")
        told = self.page.locator(".event", has=self.page.locator(".event-what", has_text=act))
        self.clicks(told.get_by_role("link", name="更正"))
        return self.fills(**fields, 理由=reason).presses("核对").presses("提交复核").sees("等待第二人复核")

    def confirms(self, name: str) -> Person:
        """Confirm what somebody else handed in about a person, found where it waits."""
        self.goes_to("/").follows("等待复核")
        return self.clicks(self._row(name).get_by_role("link", name="复核")).presses("确认").sees("已复核并登记")

    def _row(self, name: str) -> Locator:
        return self.page.locator("main li.task", has_text=name).first

    def offers(self, case: str, to: str) -> Person:
        """Offer a case to another branch."""
        self.goes_to(f"/cases/{case}").follows("转往其他支部")
        return self.fills(接收党支部=to).presses("提出转出").sees("已提出转往", to)

    def takes_over(self, name: str, **fields: str) -> Person:
        """Take over the case of a person whom another branch offers."""
        self.goes_to("/").follows("查看并接收或者退回")
        self.clicks(self._row(name).get_by_role("link", name="办理")).follows("办理")
        self.fills_in_today()
        return self.fills(**fields).presses("核对").presses("提交").sees("已登记")
