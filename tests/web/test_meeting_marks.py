"""The sheet of a meeting marks what has to be filled in, as the form of the step does for each of its people."""

from __future__ import annotations

from datetime import date

from tests.engine.stages import imported, until
from tests.web.forms import part
from tests.web.site import Site
from tests.web.test_meeting import applicants, sheet, waiting_for_the_meeting
from tests.web.visitor import Page, words

D = date
ENDS = D(2028, 9, 6)  # when a year of probation ends


def marked(page: Page, control: str) -> str:
    """Return how a control is marked; empty: not at all."""
    found = part(page, f"[id='f-{control.replace('.', '-')}']")
    label = found.find("legend") or part(page, f"label[for='{found['id']}']")
    mark = label.find(class_="required")
    said = words(mark) if mark else ""
    assert (found.get("aria-required") == "true") is (said in ("必填", "required")), control
    return said


def test_what_a_rule_demands_is_marked_with_the_outcomes_for_which_it_does(site: Site) -> None:
    first, second = applicants(site)
    page = sheet(site, step="activist", on=site.bureau.clock.day)
    assert marked(page, f"p.{first}.outcome") == "必填"
    assert marked(page, f"p.{second}.recommended_by") == "“确定为入党积极分子”时必填"
    assert marked(page, "e.recommended_on") == "“确定为入党积极分子”时必填"
    assert marked(page, f"p.{first}.recommended_on") == ""  # the day above holds where none is told here
    assert marked(page, f"p.{first}.reason") == "除“确定为入党积极分子”外必填"


def test_the_figures_of_a_vote_are_marked_as_on_the_form_of_the_step(site: Site) -> None:
    (case,) = waiting_for_the_meeting(site, 1)
    page = sheet(site)
    needing = set()
    for outcome in ("passed", "not_passed"):
        form = site.visitor("secretary").get(f"/cases/{case}/steps/admit/{outcome}")
        needing |= {outcome} if marked(form, "e.due") else set()
    assert needing == {"passed"}
    assert marked(page, "e.due") == marked(page, "e.singly") == "“通过接收”时必填"
    assert marked(page, f"p.{case}.in_favour") == "“通过接收”时必填"
    assert marked(page, f"p.{case}.resolution") == ""
    choices = [words(one) for one in part(page, "#f-e-singly").find_all("label")]
    assert choices == ["是", "否", "不填"]  # what some outcomes do without can be left open


def test_what_most_outcomes_need_names_the_others(site: Site) -> None:
    case = until(site.bureau, "request")
    site.bureau.clock.day = ENDS
    page = sheet(site, step="convert", on=ENDS)
    assert marked(page, "e.due") == marked(page, f"p.{case}.in_favour") == "除“未形成决议”外必填"
    assert marked(page, "e.heard_on") == "“按期转正”“延长预备期”时必填"
    assert marked(page, f"p.{case}.extended_to") == "“延长预备期”时必填"
    assert marked(page, f"p.{case}.reason") == "除“按期转正”外必填"
    assert not page.soup.select('[name$=".conclusion"]')  # the outcome says it
    assert "推迟讨论转正的" not in page.text  # nobody put it off: the rule binds none of them
    site.visitor("secretary").client.set_cookie("jishi_lang", "en")
    assert marked(sheet(site, step="convert", on=ENDS), "e.due") == "required except for: “nothing adopted”"


def test_what_binds_only_some_people_is_said_so(site: Site) -> None:
    until(site.bureau, "request")
    site.bureau.clock.day = ENDS
    early = imported(site.bureau, "probationary", {"admit": {"on": D(2028, 1, 6)}})  # whose year has not ended
    page = sheet(site, step="convert", on=ENDS)
    assert early in page.text
    assert marked(page, "e.heard_on") == "部分人必填"
    assert marked(page, "e.due") == "除“未形成决议”外必填"
