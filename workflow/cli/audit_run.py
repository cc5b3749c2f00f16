"""``jishi audit run`` and ``jishi audit runs``: the findings of the living record, taken on a day; the runs so far."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import click

from workflow.cli.case_options import print_lines
from workflow.cli.desk import Language, Options, at_desk, print_json, seated

if TYPE_CHECKING:
    from workflow.engine.audit_runs import RunTotals

place_option = click.option(
    "--organization", "name", metavar="NAME", help="Of this organization and all below it. / 只查某一组织及其下级"
)


@click.command(name="run", short_help="Take the findings of today as a run. / 检查一次并存档")
@place_option
@click.option("--key", help="A key of one's own: the same key twice is one run. / 提交编号，供脚本用")
@at_desk
def run(options: Options, *, name: str | None, key: str | None) -> None:
    """Take the findings of today in the scope as a run: what is new, as before, back and gone since the last one.

    把今天的问题清单存为一次检查，与上一次比较：新发现、仍存在、再次发现、已销号。

    What a run no longer finds is closed; nothing else closes a finding. Exit code: 0 done; 1 refused; 2 could not be
    done. A ledger file called “run” is audited as “./run”.
    """
    from workflow.cli.administering import organization_named
    from workflow.engine.audit_runs import run as taken
    from workflow.engine.audit_runs import run_told
    from workflow.engine.changing import Changes

    with seated(options) as seat:
        with seat.looking() as task:
            place = organization_named(task, name) if name else None
        changes = Changes(seat.database, seat.laws, seat.desk.clock, seat.login)
        number = changes.sweep(lambda task: taken(task, place, key or uuid4().hex))
        with seat.looking() as task:
            _tell([run_told(task, place, number)], options)


@click.command(name="runs", short_help="The runs so far. / 历次检查")
@place_option
@click.option("--limit", type=click.IntRange(1, 1000), default=24, show_default=True, help="How many. / 列出几次")
@at_desk
def runs(options: Options, *, name: str | None, limit: int) -> None:
    """List the runs that covered the scope, newest first, with what each counted there.

    历次检查及其统计，最近的在前。
    """
    from workflow.cli.administering import organization_named
    from workflow.engine.audit_runs import runs as told

    with seated(options) as seat, seat.looking() as task:
        _tell(told(task, organization_named(task, name) if name else None, limit), options)


def _tell(found: Sequence[RunTotals], options: Options) -> None:
    if options.as_json:
        print_json({"runs": [_plain(one) for one in found]})
    else:
        print_lines(list(_lines(found, options.lang)))


def _plain(one: RunTotals) -> dict[str, Any]:
    return {
        "run": one.id, "as_of": one.as_of.isoformat(), "organization": one.organization, "cases": one.cases,
        "findings": one.findings, "new": one.found, "unchanged": one.unchanged, "reopened": one.reopened,
        "gone": one.gone, "waived": one.waived, "people": one.people, "people_left": one.people_left,
    }  # fmt: skip


def _lines(found: Sequence[RunTotals], lang: Language) -> Iterator[str]:
    from workflow.compliance.columns import table_lines
    from workflow.errors import Text

    if not found:
        yield Text("还没有检查过；jishi audit run 检查一次", "no run yet: jishi audit run takes one").of(lang)
        return
    headers = (
        ("编号", "截至", "检查范围", "人数", "问题", "新发现", "仍存在", "再次发现", "已销号", "已豁免")
        if lang == "zh"
        else ("run", "as of", "scope", "cases", "findings", "new", "as before", "back", "gone", "waived")
    )
    rows = [
        tuple(map(str, (
            one.id, one.as_of, one.organization, one.cases, one.findings, one.found, one.unchanged, one.reopened,
            one.gone, one.waived,
        )))
        for one in found
    ]  # fmt: skip
    yield from table_lines(headers, rows, 108, stretch=2)
