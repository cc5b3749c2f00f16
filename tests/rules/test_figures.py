"""The number that is short stands beside the cells."""

from __future__ import annotations

import pytest

from tests.regulation.case import BOOK, WORLD, read_values
from workflow.case.values import Value
from workflow.rules.columns import Columns
from workflow.rules.figures import figures


def said(rule: str, columns: Columns) -> list[str]:
    judged = next(one for one in BOOK.judged if one.rule.id == rule)
    return [figure.zh for figure in figures(judged.rule.definition.demand, columns)]


@pytest.mark.parametrize(
    ("rule", "changes", "figures"),
    [
        ("admit.quorum", "admit.due=20; admit.present=10", ["至少须 11"]),
        ("admit.quorum", "admit.due=21; admit.present=10", ["至少须 11"]),
        ("admit.quorum", "admit.due=unreadable", []),
        ("admit.majority", "admit.due=10; admit.in_favour=5", ["至少须 6"]),
        ("admit.tally", "admit.present=12; admit.written=2; admit.in_favour=13; admit.against=1; admit.abstained=1",
         ["计票 15，可投 14"]),
        ("admit.voters", "admit.due=20; admit.present=18; admit.written=3", ["合计 21，至多 20"]),
        ("list_target.notice", "list_target.notice_from=2026-09-28; list_target.notice_to=2026-10-08",
         ["4 个工作日，须 5 个以上"]),
        ("list_target.notice", "list_target.notice_from=blank", []),
        ("sponsors.two", "sponsors.name_1=甲; sponsors.name_2=甲", ["计 1 名，须 2 名"]),
        ("sponsors.two", "sponsors.name_1=unreadable", []),
        ("contacts.one_or_two", "", ["计 0 名，须 1–2 名"]),
        ("training.long_enough", "training.from_on=2026-06-01; training.on=2026-06-02; training.hours=10",
         ["计 2 天，须 至少 3 天"]),
        ("oath.after_approval", "approve.on=2026-06-01", []),
    ],
)  # fmt: skip
def test_what_was_counted_and_what_is_needed_is_said(rule, changes, figures):
    values: dict[str, Value] = dict(read_values(changes))
    assert said(rule, BOOK.columns(values, WORLD)) == figures
