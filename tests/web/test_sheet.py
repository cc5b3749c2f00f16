"""The record sheet: every step with its day, body, result and recorder; on paper A4, black on white, signed by hand."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from tests.engine.office import LAWS
from tests.engine.stages import imported, until
from tests.web.site import PASSWORD, Site
from tests.web.visitor import texts, words
from workflow.case.values import Value

A4 = (595, 842)  # points


def test_the_sheet_has_every_step_with_day_body_result_and_recorder(site):
    case = until(site.bureau, "contacts")
    page = site.visitor("secretary").get(f"/cases/{case}/sheet")
    table = page.soup.find("table", class_="sheet")
    assert [words(one).split(".")[0] for one in table.select(".sheet-step")] == [str(number) for number in range(1, 26)]
    (first,) = [row for row in table.find_all("tr") if "递交入党申请书" in words(row)]
    assert texts(first.find_all("td")) == ["2026年5月20日", "一支部（入党申请人本人）", "收到申请书", "secretary", ""]
    (named,) = [row for row in table.find_all("tr") if "指定培养联系人" in words(row)]
    assert "培养联系人1 甲；培养联系人2 乙" in words(named)
    (ahead,) = [row for row in table.find_all("tr") if "材料归档" in words(row)]
    assert texts(ahead.find_all("td")) == [""] * 5
    assert "支部书记（签字）" in page.text
    assert "示例" in page.text
    assert f"共登记 {site.bureau.seen(case)} 条" in page.text


def test_the_sheet_shows_what_is_in_effect(site):
    case = until(site.bureau, "talk")
    site.bureau.confirm("commissioner", site.bureau.correct("secretary", case, 3, {"talker": "乙"}))
    page = site.visitor("secretary").get(f"/cases/{case}/sheet")
    (row,) = [one for one in page.soup.select("table.sheet tr") if "党组织派人谈话" in words(one)]
    assert "谈话人 乙" in words(row)
    assert "笔误" not in page.text


def test_what_was_attested_is_no_act_of_whoever_typed_it(site):
    past: dict[str, dict[str, Value]] = {
        "apply": {"on": date(2010, 1, 1)},
        "talk": {"on": date(2024, 6, 1)},
        "activist": {"on": date(2024, 9, 1), "body": "committee"},
    }
    case = imported(site.bureau, "activist", past)
    table = site.visitor("secretary").get(f"/cases/{case}/sheet").soup.find("table", class_="sheet")
    (applied,) = [row for row in table.find_all("tr") if "递交入党申请书" in words(row)]
    assert texts(applied.find_all("td"))[:3] == ["2010年1月1日", "", "按原始材料补充"]
    assert texts(applied.find_all("td"))[3].split() == ["secretary", "一支部"]
    (chosen,) = [row for row in table.find_all("tr") if "推荐和确定入党积极分子" in words(row)]
    assert texts(chosen.find_all("td"))[1] == "具有审批权限的基层党委"


def test_a_step_bears_the_name_that_the_law_of_its_day_gave_it(site):
    then, now = LAWS.book().edition_on(date(2024, 6, 1)), LAWS.book().newest
    renamed = [name for name in now.numbered if name in then.steps and then.steps[name].zh != now.steps[name].zh]
    assert renamed
    past = {name: {then.steps[name].day: date(2024, 6, 1)} for name in renamed}
    case = imported(site.bureau, "full", past)
    table = site.visitor("secretary").get(f"/cases/{case}/sheet").soup.find("table", class_="sheet")
    named = [words(one).partition(". ")[2] for one in table.select(".sheet-step")]
    assert {then.steps[name].zh for name in renamed} <= set(named)
    assert not {now.steps[name].zh for name in renamed} & set(named)


def test_the_sheet_tells_what_is_not_in_order(site):
    case = site.bureau.open(site.bureau.clock.day).case
    assert "不合规定之处" not in site.visitor("secretary").get(f"/cases/{case}/sheet").text
    site.bureau.clock.day = site.bureau.clock.day.replace(year=site.bureau.clock.day.year + 1)
    assert "不合规定之处" in site.visitor("commissioner").get(f"/cases/{case}/sheet").text


def test_the_sheet_prints_on_a4_black_on_white_without_what_only_a_screen_needs(site, browser):
    case = until(site.bureau, "archive")
    with opened(site, browser, f"/cases/{case}/sheet") as page:
        page.emulate_media(media="print")
        seen = [words for words in ("nav.menu", ".tabs", ".crumbs", "[data-print]", ".screen-only", ".head") if
                page.locator(words).first.is_visible()]  # fmt: skip
        assert seen == []
        assert page.locator(".sample-mark").is_visible()
        colours = page.eval_on_selector_all(
            "table.sheet *",
            "all => [...new Set(all.map(one => getComputedStyle(one)).flatMap(s => [s.color, s.backgroundColor]))]",
        )
        assert set(colours) <= {"rgb(0, 0, 0)", "rgba(0, 0, 0, 0)"}
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        pdf = page.pdf(prefer_css_page_size=True)
    boxes = {tuple(round(float(side)) for side in box.split()) for box in re.findall(rb"/MediaBox \[([^\]]*)\]", pdf)}
    assert boxes == {(0, 0, *A4)}
    assert len(re.findall(rb"/Type /Page\b", pdf)) in {2, 3}  # by the letters of the machine; no page for a stage


def test_on_paper_no_step_is_cut_and_nobody_signs_on_a_page_of_its_own(site, browser):
    case = until(site.bureau, "talk")
    with opened(site, browser, f"/cases/{case}/sheet") as page:
        page.emulate_media(media="print")
        kept = "all => all.map(one => getComputedStyle(one).breakInside)"
        assert set(page.eval_on_selector_all("table.sheet tbody", kept)) == {"avoid"}
        assert page.eval_on_selector("table.sheet-sign", "one => getComputedStyle(one).breakBefore") == "avoid"
        head = page.locator("table.sheet thead tr").first
        assert (head.is_visible(), head.inner_text()) == (True, f"示例一 · {case} · 一支部")  # on every sheet of paper
        page.emulate_media(media="screen")
        assert not head.is_visible()


def test_each_step_stands_under_its_stage(site):
    case = until(site.bureau, "contacts")
    table = site.visitor("secretary").get(f"/cases/{case}/sheet").soup.find("table", class_="sheet")
    steps = table.find_all("tbody")
    assert [len(one.select(".sheet-step")) for one in steps] == [1] * 25
    stages = {words(one.select_one(".sheet-stage")): words(one.select_one(".sheet-step")) for one in steps
              if one.select_one(".sheet-stage")}  # fmt: skip
    assert stages["申请入党"].startswith("1. ")
    assert stages["预备党员的接收"].startswith("12. ")
    assert len(stages) == 5


def test_the_sheet_fits_a_phone(site, browser):
    case = until(site.bureau, "talk")
    with opened(site, browser, f"/cases/{case}/sheet", width=390) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


@contextmanager
def opened(site: Site, browser: Browser, path: str, width: int = 1366) -> Iterator[Page]:
    """Serve the pages and open one of them in a real browser, signed in as the branch secretary."""
    server = make_server("127.0.0.1", 0, site.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    context = browser.new_context(viewport={"width": width, "height": 844})
    try:
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/sign-in?next={path}")
        page.fill("input[name=login]", "secretary")
        page.fill("input[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        assert page.url.endswith(path)
        yield page
    finally:
        context.close()
        server.shutdown()
        thread.join()
        server.server_close()
