"""The report of an audit in bulk: one page that needs nothing else, with bases, and no small number told."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import bs4
import pytest

from tests.compliance.bulk_pages import AS_OF, RUSH, SCRIPT, html
from tests.compliance.logs import csv as log_file
from tests.compliance.logs import law, rows
from tests.compliance.results import result
from workflow.compliance.engines.duckdb import parquet, write_parquet
from workflow.compliance.files import NotWritten
from workflow.compliance.lives import Since
from workflow.compliance.report import bulk
from workflow.compliance.report.bulk import Told, check_bulk_page, render_bulk
from workflow.compliance.result import Wanted
from workflow.errors import Text


def page(folder, language="zh", **asked):
    """Return the report of a log in which each office has so many cases, of which so many are late."""
    return bs4.BeautifulSoup(html(folder, language, **asked), "html.parser")


def cells(soup, part):
    """Return the rows of the tables of a section, each as its texts."""
    return [[one.get_text(" ", strip=True) for one in row.select("th, td")] for row in soup.select(f"#{part} tbody tr")]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_needs_nothing_else_and_allows_nothing_else(tmp_path, language):
    soup = page(tmp_path, language, indicated=[RUSH], east=(20, 5))
    assert soup.html["lang"] == {"zh": "zh-CN", "en": "en"}[language]
    (policy,) = soup.select('meta[http-equiv="Content-Security-Policy"]')
    assert policy["content"].startswith("default-src 'none'; style-src 'sha256-")
    assert not soup.select("script, link, img, iframe, form, [style], [onclick]")
    assert all(one["href"].startswith("#") and soup.select(one["href"]) for one in soup.select("a"))
    assert len(soup.select("h1")) == 1
    known = {one["id"] for one in soup.select("[id]")}
    assert all(one["aria-labelledby"] in known for one in soup.select("[aria-labelledby]"))
    assert all(len(row.find_all(["th", "td"])) in {1, len(table.select("thead th"))}
               for table in soup.select("table") for row in table.select("tbody tr"))  # fmt: skip


def test_names_of_cases_offices_and_files_are_text_never_markup(tmp_path):
    soup = page(tmp_path, name=f"{SCRIPT}.csv", told=[Text(SCRIPT, SCRIPT)], **{SCRIPT: (6, 6)})
    assert not soup.select("script")
    assert soup.select_one("h3").get_text() == SCRIPT
    assert soup.select_one("#findings .who").get_text() == f"{SCRIPT}-0"
    assert [one.get_text() for one in soup.select("#result .note")] == [SCRIPT]


def test_figures_rules_and_findings_say_what_was_found(tmp_path):
    soup = page(tmp_path, east=(20, 5), west=(6, 2))
    assert "检查 26 份案卷，其中 7 份有问题，共 7 条" in soup.select_one(".sentence").get_text()
    told = {row[0]: row[3:6] for row in cells(soup, "rules") if len(row) > 1}
    assert told["decision.in_eight_weeks"] == ["26", "7", "26.9%"]
    assert told["decision.notice_given"] == ["0", "0", "–"]
    found = [row for row in cells(soup, "findings") if len(row) > 1]
    assert len(found) == 7
    assert found[0][2:4] == [
        "超期； 行为日 2025-03-06 ； 起算日 2025-01-08 ； 期限 2025-03-05 ； 超过 1 天",
        "某镇建筑许可（示例）第3条",
    ]
    assert [one.get_text() for one in soup.select("#findings h3")] == ["east", "west"]


def test_branches_of_one_name_stand_under_a_heading_each(tmp_path):
    acts = (("Register", "2025-01-08"), ("Grant", "2025-03-06"))
    lines = [f"{name}1,{act},{day},{name}" for name in "ab" for act, day in acts]
    log = log_file(tmp_path, rows(*lines, columns="case,step,day,office"))
    with result(log, law(tmp_path), AS_OF, columns={"organization": "office"}) as (found, _):
        judged, named, tree = found.judged, tmp_path / "named.parquet", tmp_path / "tree.parquet"
        assert judged.names is not None
        names = parquet(judged.names)
        write_parquet(found.connection, f"SELECT * REPLACE ('一支部' AS organization) FROM {names}", named)
        above = "'一支部' AS name, '党委' || c.organization AS above, p.unit || '.' AS path"
        own = f'{judged.places()} p JOIN {names} c ON c."case" = p.place'
        write_parquet(found.connection, f"SELECT p.unit AS id, {above} FROM {own}", tree)
        told = Told(replace(found, judged=replace(judged, names=named, tree=tree)), "record")
        soup = bs4.BeautifulSoup(render_bulk(told, "zh"), "html.parser")
    branches = soup.select("#findings .branch")
    headed = {one.select("h3")[0].get_text(): [who.get_text() for who in one.select(".who")] for one in branches}
    assert headed == {"一支部 · 党委a": ["a1"], "一支部 · 党委b": ["b1"]}


def test_what_was_not_asked_has_no_section(tmp_path):
    soup = page(tmp_path, east=(20, 5))
    assert [one["href"] for one in soup.select("nav a")] == ["#rules", "#findings", "#how", "#words"]


def test_organizations_months_and_lives_stand_there_when_asked(tmp_path):
    before = tmp_path / "before"
    before.mkdir()
    log = log_file(before, rows("east-0,Register,2025-01-08", "east-0,Grant,2025-03-06", "east-9,Register,2025-01-08"))
    with result(log, law(before), date(2025, 6, 1)) as (found, said):
        found.write(tmp_path / "list.json", said)
    wanted = Wanted(Since(tmp_path / "list.json"), by_month=True, level=0)
    soup = page(tmp_path, wanted=wanted, east=(20, 5), west=(40, 3), north=(60, 30))
    assert dict(cells(soup, "since")) == {"新发现": "37", "仍存在": "1", "再次发现": "0", "已销号": "1"}
    assert cells(soup, "places") == [
        ["east", "", "20", "·", "·", "·"],  # else three would be what is left of all
        ["north", "", "60", "30", "30", "50.0%"],
        ["west", "", "40", "·", "·", "·"],
    ]
    caption = soup.select_one(
        "#places caption"
    ).get_text()  # the findings below can be counted: it does not say otherwise
    assert "本表中小于 5 的数不显示" in caption
    assert "“发现的问题”逐件列出，不作隐去" in caption
    assert ["2025-03", "240", "38", "15.8%"] in cells(soup, "months")
    assert (
        len([row for row in cells(soup, "findings") if len(row) > 1]) == 38
    )  # what is gone is no finding of this audit
    assert "仍存在，首次发现 2025-06-01" in soup.select_one("#findings .evidence").get_text()


def test_an_indication_stands_with_its_base_and_hides_what_is_small(tmp_path):
    soup = page(tmp_path, indicated=[RUSH], east=(5, 0))
    assert cells(soup, "together") == [
        ["一支部", "12", "20", "60.0%"], ["三支部", "·", "·", "·"], ["全部党支部", "12", "40", "30.0%"],
    ]  # fmt: skip
    assert soup.select_one("#together h3").get_text() == "集中接收 · 第3条"
    assert "不说明原因" in soup.select_one("#together").get_text()
    assert "没有发现问题" in soup.select_one(".sentence.clean").get_text()  # an indication is no finding


def test_the_first_findings_stand_on_the_page_and_the_others_are_counted(tmp_path, monkeypatch):
    monkeypatch.setattr(bulk, "MOST", 4)
    soup = page(tmp_path, "en", east=(20, 6))
    assert len([row for row in cells(soup, "findings") if len(row) > 1]) == 4
    assert re.search(r"first 4 of 6\b", soup.select_one("#findings").get_text())


def test_what_is_not_ours_is_not_replaced(tmp_path):
    (tmp_path / "mine.html").write_text("mine", encoding="utf-8")
    for name in ("mine.html", "page.txt", "none/page.html"):
        with pytest.raises(NotWritten):
            check_bulk_page(tmp_path / name)
