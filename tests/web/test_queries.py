"""Every page asks the database a small number of times, and no oftener when there are more people."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from http import HTTPStatus
from itertools import product

import pytest
from werkzeug.test import TestResponse

from tests.engine.stages import until
from tests.statements import MOST_QUERIES, statements
from tests.web.crawling import walk
from tests.web.knocking import Knock, come_in
from tests.web.site import Site
from tests.web.world import world
from workflow.engine import ledger_filters

ROLES = ("secretary", "approver", "organizer", "department", "auditor", "administrator")
LATER = date(2029, 1, 8)
MET = date(2026, 7, 1)
FORMS = ("contacts/assigned", "talk/held", "activist/confirmed", "cultivate/reviewed")

LISTS = ("/", "/?all=1", "/waiting", "/offers", "/done", "/ledger", "/ledger?order=due", "/ledger?findings=1",
         "/compliance", "/meetings", "/basis/editions", "/organizations", "/records", "/imports")  # fmt: skip


@dataclass(slots=True)
class Counting(Knock):
    """Somebody at the door, and how often each page asked the database."""

    site: Site
    asked: dict[str, list[str]] = field(default_factory=dict)

    def get(self, path: str) -> TestResponse:
        """Ask for an address and keep what was asked for it."""
        with statements(self.site.bureau.database) as said:
            answer = self.client.get(path)
        self.asked[path] = said
        return answer


def counting(site: Site, login: str) -> Counting:
    """Return somebody who has come in and looked round, so that nothing is asked for the first time."""
    knock = come_in(site, login)
    knock.get("/")
    return Counting(knock.client, knock.token, site)


@pytest.mark.parametrize("login", ROLES)
def test_a_page_of_any_kind_asks_little(site: Site, login: str) -> None:
    here = world(site)
    case = until(site.bureau, "file_activist")
    site.bureau.clock.day = LATER
    visitor = counting(site, login)
    starts = (f"/cases/{case}", *(f"/cases/{case}/steps/{form}" for form in FORMS), f"/cases/{here.first.case}")
    seen = walk(site, visitor, "/", *starts, "/cases/new", "/meetings/new", "/imports", "/organizations", most=200)
    assert len(seen.pages) > (8 if login == "administrator" else 25)
    many = {path: said for path, said in visitor.asked.items() if len(said) > MOST_QUERIES}
    assert not many, "\n".join(f"{path}: {len(said)}\n" + "\n".join(said) for path, said in many.items())


@pytest.mark.parametrize("login", ROLES)
def test_more_people_are_not_asked_for_more_often(site_on_both: Site, login: str) -> None:
    site = site_on_both
    for step in ("apply", "talk", "sponsors"):
        until(site.bureau, step)
    few = lists(site, login)
    for step in ("apply", "talk", "activist", "sponsors", "admit", "approve"):
        until(site.bureau, step)
    assert lists(site, login) == few


def test_a_ledger_of_many_organizations_asks_little_whatever_it_is_filtered_by(
    site_on_both: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = site_on_both
    monkeypatch.setattr(ledger_filters, "SMALL", 0)
    monkeypatch.setattr(ledger_filters, "FEW", 2)
    for step in ("apply", "talk", "activist", "activist", "sponsors"):
        until(site.bureau, step)
    site.bureau.clock.day = LATER
    visitor = counting(site, "approver")
    visitor.asked.clear()
    here = site.bureau.organizations["党委"][1]
    choices = product(
        ("", "&order=due"), ("", "&state=full", "&state=applicant&state=activist"), ("", "&findings=yes"),
        ("", "&urgency=overdue", "&step=talk"), ("", "&name=示", "&name=龘"),
        ("", "&after=~1.~2", "&after=2026-01-01~1.~2"),
    )  # fmt: skip
    for chosen in choices:
        assert visitor.get(f"/ledger?organization={here}{''.join(chosen)}").status_code == HTTPStatus.OK
    assert max(map(len, visitor.asked.values())) <= MOST_QUERIES


def lists(site: Site, login: str) -> dict[str, int]:
    """Return how often each list asks."""
    site.bureau.clock.day = LATER  # some is overdue then
    visitor = counting(site, login)
    opened = {path: visitor.get(path).status_code for path in LISTS}
    assert set(opened.values()) <= {200, 403}
    return {path: len(said) for path, said in visitor.asked.items()}


def test_a_meeting_of_more_people_is_not_looked_over_with_more_questions(site_on_both: Site) -> None:
    site = site_on_both
    cases: list[str] = []
    asked = []
    for _ in range(2):
        cases += [opened(site, talked=talked) for talked in (True, True, False)]
        asked.append(looked_over(site, cases))
    (few, said), (many, more) = asked
    assert (few, many) == ((2, 2), (4, 3))  # one of three is refused, one waits for another; and somebody unknown
    assert len(said) == len(more), "\n".join(more)
    assert len(said) <= 2 * MOST_QUERIES  # the sheet, and what would come of it


def opened(site: Site, *, talked: bool) -> str:
    """Return an applicant who came before the meeting; ``talked``: somebody was sent to talk."""
    site.bureau.clock.day = MET
    case = str(site.bureau.open(date(2026, 5, 20)).case)
    if talked:
        site.bureau.take("secretary", case, "talk held", date(2026, 6, 1), evidence={"talker": "甲", "paper": "谈1"})
    return case


def looked_over(site: Site, cases: list[str]) -> tuple[tuple[int, int], list[str]]:
    """Return how many of a meeting's people can be handed in and cannot, and what looking them over asked."""
    site.bureau.clock.day = MET + timedelta(1)
    visitor = counting(site, "secretary")
    form = {"step": "activist", "on": MET.isoformat(), "key": "k", "do": "check", "e.recommended_on": "2026-06-20"}
    for place, case in enumerate((*cases, "2026-999999")):
        row = {"in": "yes", "outcome": "confirmed", "recommended_by": "党员推荐"}
        row |= {"recommended_on": "2026-07-02"} if place % 3 == 0 else {}  # after the meeting
        form |= {f"p.{case}.{name}": text for name, text in row.items()}
    with statements(site.bureau.database) as said:
        page = visitor.post("/meetings/new", **form).get_data(as_text=True)
    found = re.search(r"可以提交 (\d+) 人，不能办理 (\d+) 人", page)
    assert found, page
    return (int(found[1]), int(found[2])), said
