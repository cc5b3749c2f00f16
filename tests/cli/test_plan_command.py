"""``jishi plan`` as a user meets it: what is still to come, what-ifs, and errors that say what to do."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.cli.jishi import SAMPLE, in_a_process, jishi
from tests.ledger_reader.workbooks import LEDGER, ledger_rows, write_xlsx

AS_OF = ("--as-of", "2026-11-21")
D = date.fromisoformat
APPLIED = {"出生日期": D("2000-01-01"), "入党申请时间": D("2026-11-01")}
ACTIVIST = APPLIED | {
    "入党申请时间": D("2026-05-12"), "派人谈话时间": D("2026-05-20"), "推荐时间": D("2026-08-30"),
    "确定积极分子时间": D("2026-09-01"), "积极分子备案时间": D("2026-09-05"),
}  # fmt: skip


@pytest.fixture
def ledger(tmp_path) -> Path:
    """Give a ledger with an applicant in row 3, an activist in row 4, and a talk that cannot be read in row 5."""
    people = ledger_rows(APPLIED, ACTIVIST, APPLIED | {"派人谈话时间": "某日"})
    return write_xlsx(tmp_path / "ledger.xlsx", {LEDGER: people})


def said_of(out: str, step: str) -> list[str]:
    """Return the lines under the name of a step."""
    lines = out.splitlines()
    start = next(number for number, line in enumerate(lines) if step in line) + 1
    rest = lines[start:]
    return rest[: next((number for number, line in enumerate(rest) if not line.startswith("     ")), len(rest))]


def test_the_talk_is_due_a_month_after_the_application(ledger):
    done = jishi("plan", ledger, "--row", 3, *AS_OF)
    assert (done.code, done.err) == (0, "")
    earliest, latest = said_of(done.out, "党组织派人谈话")
    assert "2026-11-21" in earliest
    assert "2026-12-01" in latest
    assert "art. 7" in latest


def test_a_limit_that_has_passed_is_said_to_be_missed(ledger):
    done = jishi("plan", ledger, "--row", 3, "--as-of", "2026-12-02")
    assert "■" in "".join(said_of(done.out, "党组织派人谈话"))


def test_a_target_is_listed_after_a_year(ledger):
    (earliest, *_) = said_of(jishi("plan", ledger, "--row", 4, *AS_OF).out, "列为发展对象")
    assert "2027-09-01" in earliest


@pytest.mark.parametrize("name", ["确定积极分子时间", "activist.on", " 确定积极分子时间 "])
def test_an_assumed_day_moves_what_follows_and_is_marked(ledger, name):
    done = jishi("plan", ledger, "--row", 3, *AS_OF, "--what-if", f"{name}=2027-01-15")
    assert "（假设）" in done.out
    assert "2028-01-15" in said_of(done.out, "列为发展对象")[0]


def test_english_is_spoken_too(ledger):
    done = jishi("plan", ledger, "--row", 3, *AS_OF, "--lang", "en", "--what-if", "activist.on=2027-01-15")
    assert "earliest 2026-11-21" in done.out
    assert "(assumed)" in done.out
    assert "最早" not in done.out


def test_local_practice_can_be_added(ledger):
    plain, local = (jishi("plan", ledger, "--row", 3, *AS_OF, *more).out for more in ((), ("--overlay", "university")))
    assert plain != local


def test_a_cell_that_cannot_be_read_is_planned_as_if_still_to_come(ledger):
    assert said_of(jishi("plan", ledger, "--row", 5, *AS_OF).out, "党组织派人谈话")


def test_a_process_of_its_own_says_the_same(ledger):
    assert in_a_process("plan", ledger, "--row", 4, *AS_OF) == jishi("plan", ledger, "--row", 4, *AS_OF)


def test_nothing_is_written_anywhere(ledger):
    before = {path: path.read_bytes() for path in ledger.parent.iterdir()}
    jishi("plan", ledger, "--row", 3, *AS_OF)
    assert {path: path.read_bytes() for path in ledger.parent.iterdir()} == before


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--row", "99"], ["99"]),
        (["--row", "2"], ["2"]),
        (["--row", "three"], ["three"]),
        ([], ["--row"]),
        (["--row", "3", "--as-of", "soon"], ["soon", "2026-11-21"]),
        (["--row", "3", "--overlay", "moon"], ["moon", "university"]),
        (["--row", "3", "--what-if", "接收大会时间"], ["接收大会时间=2026-12-01"]),
        (["--row", "3", "--what-if", "接收大会时间=明天"], ["明天", "接收大会时间=2026-12-01"]),
        (["--row", "3", "--what-if", "毕业时间=2026-12-01"], ["毕业时间=2026-12-01"]),
    ],
)
def test_an_error_says_what_to_do_and_ends_with_2(ledger, arguments, says):
    done = jishi("plan", ledger, *arguments)
    assert (done.code, done.out) == (2, "")
    assert all(word in done.err for word in says), done.err
    assert "程序出错" not in done.err


def test_a_ledger_that_is_not_there_is_named():
    done = jishi("plan", SAMPLE.with_name("none.xlsx"), "--row", 3)
    assert (done.code, done.out) == (2, "")
    assert "none.xlsx" in done.err
