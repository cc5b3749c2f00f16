"""What may be asked of an audit in bulk beside breaches and rates: what is new, a sample, months."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workflow.cli.common import Command, with_options

if TYPE_CHECKING:
    from workflow.compliance.result import Result, Wanted

BESIDE = ("since", "other_rules", "sample", "seed", "strata", "sample_to", "by_month", "by_organization")
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
    level = _level(options["by_organization"])
    since = Since(options["since"], options["other_rules"]) if options["since"] else None
    lots = Lots(number, options["seed"], Strata(options["strata"] or Strata.RULE)) if number else None
    return Beside(Wanted(since, lots, options["by_month"], level), to if lots else None)


def _level(given: str | None) -> int | None:
    from workflow.compliance.places import BRANCH

    if given is None or given == "branch":
        return None if given is None else BRANCH
    if given.isascii() and given.isdecimal() and 0 < int(given) <= DEEPEST:
        return int(given)
    raise click.UsageError("--by-organization: branch 或者 1、2…… / --by-organization takes branch, or 1, 2 …")
