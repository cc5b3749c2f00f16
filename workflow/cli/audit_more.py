"""What may be asked of an audit in bulk beside breaches and rates: what is new, a sample, months, reports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workflow.cli.common import Command, with_options

if TYPE_CHECKING:
    from workflow.compliance.books.bulk import Books
    from workflow.compliance.books.shelf import Shelf
    from workflow.compliance.report.bulk import Told
    from workflow.compliance.result import Result, Wanted

BESIDE = ("since", "other_rules", "sample", "seed", "strata", "sample_to", "by_month", "by_organization")
REPORTS = ("html", "books", "books_by", "lang")
DEEPEST = 99  # levels of a tree
OF_SAMPLES = ("--seed", "--strata", "--sample-to")


def of_bulk(command: Command) -> Command:
    """Add what may be asked."""
    options = (
        click.option(
            "--since",
            type=click.Path(path_type=Path, exists=True),
            help="Compare with an earlier result. / 与上次比较",
        ),
        click.option("--other-rules", is_flag=True, help="Though some rules differ: the rest. / 只比较相同的规则"),
        click.option("--sample", type=click.IntRange(min=1), help="Draw so many cases to check on paper. / 抽查件数"),
        click.option("--seed", default="", help="Of the draw: the same gives the same cases. / 抽样种子"),
        click.option("--strata", type=click.Choice(["rule", "organization"]), help="How cases are parted. / 分层方法"),
        click.option("--sample-to", type=click.Path(path_type=Path), help="Write them: .csv, … / 输出抽查名单"),
        click.option(
            "--by-organization",
            is_flag=False,
            flag_value="branch",
            metavar="[LEVEL]",
            help="Rates by branch, or by the organizations of a level, 1 the top. / 按组织统计",
        ),
        click.option("--by-month", is_flag=True, help="Count verdicts and breaches by month. / 按月统计"),
    )
    return with_options(options, command)


def of_reports(command: Command) -> Command:
    """Add the reports for people."""
    options = (
        click.option(
            "--html", type=click.Path(path_type=Path), help="Write one self-contained report: .html. / 网页报告"
        ),
        click.option(
            "--books",
            type=click.Path(path_type=Path),
            help="A new folder: one Excel workbook an organization. / 每个组织一个工作簿",
        ),
        click.option(
            "--books-by", metavar="LEVEL", help="Of a level of the tree, 1 the top; default: branch. / 按哪一级组织"
        ),
        click.option(
            "--lang", type=click.Choice(["zh", "en"]), default="zh", help="Language of what is written. / 语言"
        ),
    )
    return with_options(options, command)


@dataclass(frozen=True, slots=True)
class Reports:
    """Which reports for people are written, in which language; None: it is not."""

    html: Path | None
    books: Books | None
    language: str

    def check(self) -> None:
        """Refuse, before the work begins, what could not be written; raises NotWritten."""
        if self.html is not None:
            from workflow.compliance.report.bulk import check_bulk_page

            check_bulk_page(self.html)
        self.check_books()

    def check_books(self) -> None:
        """Refuse a folder of workbooks that could not be filled; raises NotWritten."""
        if self.books is not None:
            self.books.check()

    def hand_out(self, told: Told) -> None:
        """Write them; raises what ``write_books`` and ``write_bulk_page`` raise."""
        if self.books is not None:
            from workflow.compliance.books.bulk import write_books

            write_books(told.result, self.books, told.source, told.notes)
        if self.html is not None:
            from workflow.compliance.report.bulk import write_bulk_page

            write_bulk_page(told, self.html, self.language)

    @contextmanager
    def of_ledgers(self, as_of: date) -> Iterator[Shelf | None]:
        """Give the folder of workbooks that branches of ledgers are to have, None: it is not asked for."""
        if self.books is None:
            yield None
            return
        from workflow.compliance.books.ledgers import LEDGER
        from workflow.compliance.books.shelf import shelf

        with shelf(self.books.folder, self.language, as_of, LEDGER) as made:
            yield made


def reports_of(options: Mapping[str, Any]) -> Reports:
    """Return what was asked with the options of ``of_reports``."""
    folder, by, language = options["books"], options["books_by"], options["lang"]
    if by and not folder:
        raise click.UsageError("--books-by 须与 --books 同用 / --books-by goes with --books")
    if folder is None:
        return Reports(options["html"], None, language)
    from workflow.compliance.books.bulk import Books
    from workflow.compliance.places import BRANCH

    level = _level(by, "--books-by") or BRANCH
    return Reports(options["html"], Books(folder, language, level), language)


@dataclass(frozen=True, slots=True)
class Beside:
    """What was asked, and where the sample is written."""

    wanted: Wanted
    sample_to: Path | None

    def check(self, *sources: Path) -> None:
        """Refuse, before the work begins, what could not be written; raises NotWritten."""
        from workflow.compliance.listing import check_form

        if self.sample_to is not None:
            check_form(self.sample_to, *sources)

    def hand_out(self, result: Result) -> None:
        """Write the sample; raises NotWritten."""
        if self.sample_to is not None:
            result.write_sample(self.sample_to)


def beside_of(options: Mapping[str, Any], sample_to: Path | None = None) -> Beside:
    """Return what was asked with the options of ``of_bulk``. ``sample_to``: where a sample goes if nothing is said."""
    from workflow.compliance.lives import Since
    from workflow.compliance.result import Wanted
    from workflow.compliance.sample import Lots, Strata

    number, to = options["sample"], options["sample_to"] or sample_to
    if options["other_rules"] and not options["since"]:
        raise click.UsageError("--other-rules 须与 --since 同用 / --other-rules goes with --since")
    if number is None:
        for name in OF_SAMPLES:
            if options[name.removeprefix("--").replace("-", "_")]:
                raise click.UsageError(f"{name} 须与 --sample 同用 / {name} goes with --sample")
    elif not (options["seed"] and to):
        raise click.UsageError("--sample 须与 --seed、--sample-to 同用 / --sample goes with --seed and --sample-to")
    level = _level(options["by_organization"], "--by-organization")
    since = Since(options["since"], options["other_rules"]) if options["since"] else None
    lots = Lots(number, options["seed"], Strata(options["strata"] or Strata.RULE)) if number else None
    return Beside(Wanted(since, lots, options["by_month"], level), to if lots else None)


def check_levels(beside: Beside, reports: Reports) -> None:
    """Refuse, before the work begins, a level of a source that does not say what stands above what; raises NoTree."""
    from workflow.compliance.places import BRANCH, NoTree

    asked = (beside.wanted.level, reports.books.level if reports.books else None)
    if any(level not in (None, BRANCH) for level in asked):
        raise NoTree


def _level(given: str | None, option: str) -> int | None:
    from workflow.compliance.places import BRANCH

    if given is None or given == "branch":
        return None if given is None else BRANCH
    if given.isascii() and given.isdecimal() and 0 < int(given) <= DEEPEST:
        return int(given)
    raise click.UsageError(f"{option}: branch 或者 1、2…… / {option} takes branch, or 1, 2 …")
