"""What the terminal shows: aligned, plain, the result last."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.compliance import audits
from workflow.compliance.columns import cut_to, display_width, table_lines
from workflow.compliance.summary import summary_lines
from workflow.compliance.words import by_name, result_sentence
from workflow.plain import harmless


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_last_line_is_the_result(language):
    audit = audits.sample()
    assert summary_lines(audit, language, 100)[-1] == result_sentence(audit, language)


def test_the_result_says_how_many_of_what():
    told = result_sentence(audits.sample(), "zh")
    assert told == (
        "截至 2026-11-21：检查 80 人，其中 47 人有问题，共 85 条（硬性 79 条，软性 6 条）；单元格全部读出。"
    )
    assert result_sentence(audits.sample(), "en") == (
        "As of 2026-11-21: 80 people judged, 85 findings on 47 of them (79 hard, 6 soft); every cell was read."
    )


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [60, 80, 100, 140])
def test_columns_stand_below_their_headers(language, width):
    lines = summary_lines(audits.sample(), language, width)
    start = next(number for number, line in enumerate(lines) if line.startswith(("按党支部", "By branch")))
    table = lines[start + 1 : lines.index("", start)]
    assert len(table) == 1 + len(audits.sample().branches)
    assert len({display_width(line) for line in table}) == 1  # the last column ends in figures at one place
    assert all(display_width(line) <= width for line in table)


def test_counts_by_rule_and_branch_are_those_of_the_findings():
    lines = summary_lines(audits.sample(), "zh", 100)
    rules = [line.split() for line in lines if line.split()[1:2] and line.split()[1].startswith("V")]
    assert sum(int(cells[-2]) for cells in rules) == 85
    branches = [line.split() for line in lines if line.split()[:1] and line.split()[0].endswith("支部")][1:]
    assert [sum(int(cells[place]) for cells in branches) for place in (1, 2, 3, 4)] == [80, 47, 79, 6]


def test_the_first_twenty_unreadable_cells_and_how_many_more(tmp_path):
    audit = audits.audited(audits.hostile(tmp_path / "ledger.xlsx"))
    many = replace(audit, problems=audit.problems[:1] * 27)
    lines = summary_lines(many, "zh", 100)
    assert sum("<img" in line or "郑十" in line for line in lines) == 20
    assert "  …… 还有 7 个" in lines
    assert any(f"{audit.problems[0].letter}{audit.problems[0].row}" in line for line in lines)
    assert "27 个单元格读不出" in lines[-1]


def test_nothing_reaches_the_terminal_that_could_steer_it(tmp_path):
    audit = audits.audited(audits.hostile(tmp_path / "ledger.xlsx"))
    steering = replace(audit, source="a\x1b[2J\u202e.xlsx", branches={"\x1b]0;x\x07支部": 1})
    text = "".join(summary_lines(steering, "zh", 100))
    assert harmless(text) == text
    assert "<U+001B>" in text


def test_a_clean_ledger_and_an_empty_one_say_so(tmp_path):
    lines = summary_lines(audits.audited(audits.clean(tmp_path / "clean.xlsx")), "zh", 100)
    assert lines[-1] == "截至 2026-11-21：检查 2 人，没有发现问题；单元格全部读出。"
    assert any("项规定逐人检查，没有发现问题。" in line for line in lines)
    nobody = summary_lines(audits.audited(audits.empty(tmp_path / "empty.xlsx")), "en", 100)
    assert nobody[-1] == "As of 2026-11-21: nobody to judge; every cell was read."


@pytest.mark.parametrize(
    ("text", "places"), [("abc", 3), ("党支部", 6), ("ａ", 2), ("e\u0301", 1), ("·", 1), ("𬀩", 2), ("", 0)]
)
def test_places_on_a_terminal(text, places):
    assert display_width(text) == places


def test_a_text_is_cut_to_the_places_there_are():
    assert cut_to("党支部大会", 10) == "党支部大会"
    assert cut_to("党支部大会", 9) == "党支部大…"
    assert cut_to("党支部大会", 8) == "党支部…"


def test_a_table_without_rows_is_its_headers():
    assert table_lines(["支部", "人数"], [], 40, 0) == ["支部  人数"]


def test_numbers_in_the_names_of_branches_stand_in_the_order_of_their_values():
    assert sorted(["支部10", "", "支部2", "支部02", "支部1"], key=by_name) == ["支部1", "支部02", "支部2", "支部10", ""]
