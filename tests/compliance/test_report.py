"""The report as a page: whole, safe, true to the audit, in both languages."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import replace
from datetime import date
from hashlib import sha256
from html.parser import HTMLParser

import pytest

from tests.compliance import audits
from tests.ledger import people
from workflow.compliance.report import render_html
from workflow.compliance.report.markup import Html, dated, element, joined
from workflow.compliance.words import result_sentence

LANGUAGES = ("zh", "en")
SIGNS = re.compile(r"[\s；;，,]+")


class Page(HTMLParser):
    """A page taken apart: its elements, in order, and its text."""

    def __init__(self, html: str) -> None:
        """Read the page; every element must be closed."""
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag  # every element is closed, in order

    def handle_data(self, data):
        if self.open and self.open[-1] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        return "".join(self.words)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def page(audit, language: str = "zh") -> Page:
    return Page(render_html(audit, language, pseudonymous=audit.names_hidden))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    return audits.audited(audits.hostile(tmp_path_factory.mktemp("hostile") / "<i>ledger.xlsx"))


def test_text_is_escaped_and_markup_is_not_escaped_twice():
    assert element("b", "<i>&\"'", title="\"><i>'") == (
        '<b title="&quot;&gt;&lt;i&gt;&#x27;">&lt;i&gt;&amp;&quot;&#x27;</b>'
    )
    assert joined([element("b", "1"), "<", Html("<hr>")]) == "<b>1</b>&lt;<hr>"
    assert element("b", "\u202e\x00") == "<b>&lt;U+202E&gt;&lt;U+0000&gt;</b>"
    assert dated("自 2026-05-11 起<") == "自 <time>2026-05-11</time> 起&lt;"


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_of_people_branches_and_files_are_text_never_markup(hostile, language):
    shown = page(hostile, language)
    assert {tag for tag, _ in shown.elements}.isdisjoint({"script", "img", "b", "i", "link", "iframe", "object"})
    assert not [name for _, attributes in shown.elements for name in attributes if name.startswith("on")]
    for text in (audits.SCRIPT, audits.MARKUP, *audits.FORMULAS, "<i>ledger.xlsx", "<img src=x onerror=alert(2)>"):
        assert text in shown.text
    assert "吴<U+202E>九" in shown.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_needs_nothing_else_and_allows_nothing_else(language):
    html = render_html(audits.sample(), language, pseudonymous=False)
    style = re.search("<style>(.*?)</style>", html, re.DOTALL)
    assert style
    digest = b64encode(sha256(style[1].encode()).digest()).decode()
    policy = Page(html).all("meta")[1]
    assert policy["http-equiv"] == "Content-Security-Policy"
    assert policy["content"] == (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    assert "http:" not in html
    assert "https:" not in html
    assert "url(" not in style[1]
    assert not [one for _, one in Page(html).elements if "style" in one or "src" in one]
    assert [one["href"] for one in Page(html).all("a") if not str(one["href"]).startswith("#")] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_heading_a_language_and_tables_that_say_what_they_are(language):
    shown = page(audits.sample(), language)
    assert len(shown.all("h1")) == 1
    assert shown.all("html")[0]["lang"] == {"zh": "zh-CN", "en": "en"}[language]
    assert len(shown.all("caption")) == len(shown.all("table"))
    assert all(one.get("scope") for one in shown.all("th"))
    targets = {one.get("id") for _, one in shown.elements}
    assert {str(one["href"]).removeprefix("#") for one in shown.all("a")} <= targets
    ids = [one["id"] for _, one in shown.elements if "id" in one]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_stands_there_with_evidence_article_and_remedy(language):
    audit = audits.sample()
    text = SIGNS.sub("", page(audit, language).text)
    assert SIGNS.sub("", result_sentence(audit, language)) in text
    for finding in audit.findings:
        for words in (finding.what, finding.evidence, finding.basis, finding.remedy):
            assert words is None or SIGNS.sub("", words.of(language)) in text
        assert f"{finding.row}" in text
        assert finding.person in text
    for words in (*audit.not_kept, *audit.conventions):
        assert SIGNS.sub("", words.of(language)) in text


def test_how_grave_a_finding_is_shows_by_shape_and_word():
    html = render_html(audits.sample(), "zh", pseudonymous=False)
    assert html.count('<span class="force hard">■ 硬性</span>') == 79
    assert html.count('<span class="force soft">▲ 软性</span>') == 6


def test_the_laws_are_named_with_their_days_and_local_rules_by_title():
    audit = audits.audited(audits.SAMPLE, overlays=["university"])
    text = page(audit).text
    assert "中国共产党发展党员工作细则（2014年）：2026-05-10 及以前的行为" in text
    assert "中国共产党发展党员工作细则（2026年修订）；叠加高校发展党员工作办法（示例）：2026-09-01 起的行为" in text
    assert "地方规定：高校发展党员工作办法（示例）" in text
    alone = page(audits.audited(audits.SAMPLE, only=date(2014, 5, 28))).text
    assert "中国共产党发展党员工作细则（2014年）：所有日期的行为" in alone


def test_of_two_local_practices_each_rule_names_its_own():
    audit = audits.audited(audits.SAMPLE, overlays=["procuratorate", "university"])
    local = {count.code: count.basis.zh for count in audit.counts if count.code in ("PRO-wait", "UNI-talk")}
    assert local == {
        "PRO-wait": "地方规定：检察机关发展党员全程纪实（示例）",
        "UNI-talk": "地方规定：高校发展党员工作办法（示例）",
    }


def test_a_clean_ledger_is_told_what_that_means(tmp_path):
    shown = page(audits.audited(audits.clean(tmp_path / "clean.xlsx")))
    assert "没有发现问题" in shown.text
    assert "仍须查阅档案" in shown.text
    assert "sentence clean" in {one.get("class") for one in shown.all("p")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_ledger_of_nobody_is_told_what_to_look_at(language, tmp_path):
    shown = page(audits.audited(audits.empty(tmp_path / "empty.xlsx")), language)
    assert "序号" in shown.text
    assert "仍须查阅档案" not in shown.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_could_not_be_read_stands_there_with_what_hangs_on_it(hostile, language):
    shown = page(hostile, language)
    for problem in hostile.problems:
        assert f"{problem.letter}{problem.row}" in shown.text
        assert problem.reason.of(language) in shown.text
    assert {"cells", "undecided"} <= {one.get("id") for one in shown.all("section")}
    assert "确定积极分子时间" in shown.text
    assert "sentence clean" not in {one.get("class") for one in shown.all("p")}


def test_one_fault_planted_in_a_clean_ledger_is_the_one_that_stands_there(tmp_path):
    planted = people.person(25, {"接收表决方式": "举手表决", "姓名": "冯·十一"})
    path = audits.of_rows(tmp_path / "planted.xlsx", [people.person(25), planted])
    shown = page(audits.audited(path))
    assert "检查 2 人，其中 1 人有问题，共 1 条" in shown.text
    assert "第 4 行 冯·十一" in shown.text
    assert "V23" in shown.text


def test_working_days_of_a_year_not_published_are_said_to_be_estimated(tmp_path):
    later = people.person(8, listed="2028-06-12", as_of=date(2028, 6, 20))
    path = audits.of_rows(tmp_path / "later.xlsx", [later])
    assert "暂估：" in page(audits.audited(path, as_of=date(2028, 6, 20))).text
    assert "暂估：" not in page(audits.sample()).text


def test_branches_stand_by_name_with_a_total_and_no_ranking():
    audit = audits.sample()
    shown = page(audit)
    table = shown.text.split("按党支部名称排列")[1].split("合计")[0]
    assert sorted(audit.branches, key=table.index) == [
        "法学院学生第一党支部",
        "机械工程学院学生第一党支部",
        "计算机学院学生第一党支部",
        "经济管理学院学生第一党支部",
        "数学学院学生第一党支部",
        "外国语学院学生第一党支部",
    ]  # as the names sound
    turned = replace(audit, branches=dict(reversed(list(audit.branches.items()))))
    assert render_html(turned, "zh", pseudonymous=False) == render_html(audit, "zh", pseudonymous=False)


def test_a_row_without_a_branch_is_told_so(tmp_path):
    path = audits.of_rows(tmp_path / "none.xlsx", [people.person(25, {"所在党支部": None, "接收表决方式": "举手"})])
    assert "（未填或读不出支部）" in page(audits.audited(path)).text
