"""``jishi plan``: the earliest and latest lawful days of what is still to come for one person of a ledger."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workflow.cli.common import day, law, ledger_form, told, working_calendar

if TYPE_CHECKING:
    from workflow.ledger import Ledger, LedgerRow
    from workflow.plan import Limit, Planned
    from workflow.rules.rulebook import Rulebook


@click.command(name="plan")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--row", type=int, required=True, help="The person's row, as Excel numbers it. / 行号")
@click.option("--as-of", "as_of", type=day, help="Plan from this day; default: today at the office. / 起算日")
@click.option(
    "--what-if",
    "what_if",
    multiple=True,
    metavar="HEADER=DAY",
    help="Assume a day, e.g. 接收大会时间=2026-12-01. / 假设日期",
)
@click.option("--overlay", "overlays", multiple=True, help="Add local practice, e.g. procuratorate. / 叠加地方规定")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", help="Language. / 语言")
def plan(
    file: Path, row: int, as_of: date | None, what_if: tuple[str, ...], overlays: tuple[str, ...], lang: str
) -> None:
    """Plan what is still to come for the person in one row of the ledger FILE. Nothing is written anywhere."""
    from workflow.clock import today_at_office
    from workflow.compliance.cases import LedgerCases
    from workflow.ledger import read_ledger
    from workflow.plan import make_plan
    from workflow.rules.rulebook import Rulebook

    on = as_of or today_at_office()
    with told():
        the_law = law()
        book = Rulebook(the_law, the_law.timeline(overlays))
        ledger = read_ledger(file, ledger_form())
        person = _person(ledger, row)
        cases = LedgerCases(ledger, book, working_calendar())
        planned = make_plan(book, cases.known(person), cases.world, on, _assumptions(ledger, what_if))
        kept = {column.column for column in ledger.form.columns}
        for line in _lines(tuple(item for item in planned if item.column in kept), book, on, lang):
            click.echo(line)


def _person(ledger: Ledger, row: int) -> LedgerRow:
    from workflow.errors import LedgerError, Text

    for person in ledger.rows:
        if person.row == row:
            return person
    raise LedgerError(Text(f"第 {row} 行没有人员", f"nobody stands in row {row}"))


def _assumptions(ledger: Ledger, what_if: tuple[str, ...]) -> dict[str, date]:
    """Return assumed days by column; a header of the ledger or a column name stands before the equals sign."""
    from workflow.errors import LedgerError, Text

    columns = {column.header: column.column for column in ledger.form.columns}
    known = set(columns.values())
    found = {}
    for assumption in what_if:
        name, _, day = assumption.partition("=")
        column = columns.get(name.strip(), name.strip())
        try:
            found[column] = date.fromisoformat(day.strip())
        except ValueError:
            column = ""
        if column not in known:
            raise LedgerError(
                Text(f"看不懂假设“{assumption}”", f"cannot read the assumption “{assumption}”"),
                Text("请写成：接收大会时间=2026-12-01", "write it as 接收大会时间=2026-12-01"),
            )
    return found


def _lines(planned: tuple[Planned, ...], book: Rulebook, on: date, lang: str) -> list[str]:
    edition = book.edition_on(on)
    lines = []
    for item in planned:
        step = edition.steps[item.step]
        mark = ("（假设）" if lang == "zh" else " (assumed)") if item.assumed else ""
        name = step.zh if lang == "zh" else step.en
        lines.append(f"{item.number:>2} {name}{mark}")
        lines.append(_sentence("最早" if lang == "zh" else "earliest", item.earliest, lang))
        if item.latest is not None:
            lines.append(_sentence("最迟" if lang == "zh" else "latest", item.latest, lang))
        if item.late:
            lines.append("     ■ 已来不及按期办理" if lang == "zh" else "     ■ can only be late")
    return lines or ["没有尚待办理的步骤" if lang == "zh" else "nothing is still to come"]


def _sentence(word: str, limit: Limit, lang: str) -> str:
    why = f"（{limit.basis}）" if limit.basis else ""
    if limit.provisional:
        why += "〔前一步按最早日期办理时〕" if lang == "zh" else " [if the step before is done on its first day]"
    return f"     {word} {limit.day}  {limit.text.of(lang)}{why}"
