"""``jishi law``: look at the law as people speak of it, compare editions, draw the procedure, prove the definitions."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workflow.cli.common import Command, day, definitions, local_practice, safe, told
from workflow.cli.common import law as the_law
from workflow.cli.law_impact import impact
from workflow.plain import harmless

if TYPE_CHECKING:
    from workflow.law.model import Edition
    from workflow.law.source import Fault
    from workflow.prover import Part

HOLDS, FAULTY = 0, 1


def in_language(command: Command) -> Command:
    """Add the option for the language of what is printed."""
    return click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", help="Language. / 语言")(command)


def of_edition(command: Command) -> Command:
    """Add the options that choose an edition and the local practice on it."""
    edition = click.option("--edition", type=day, help="The edition dated so; default: the newest. / 版本日期")
    return edition(local_practice(command))


@click.group(name="law")
def law() -> None:
    """Look at the law and prove its definitions.

    查看规则，校验定义。
    """


@law.command(short_help="A step, article or rule in plain words. / 步骤、条文、规定")
@click.argument("name", nargs=-1, required=True)
@of_edition
@in_language
def show(name: tuple[str, ...], edition: date | None, overlays: tuple[str, ...], lang: str) -> None:
    """Show a step, an article or a rule: 13, 上级党委预审, art. 13, 第十三条, talk.within_a_month, V11-notice.

    用通俗的话说明一个步骤、一条条文或者一条规定，以及各版本之间的不同。
    """
    from workflow.law.show import show as shown

    with told():
        click.echo(shown(the_law(), " ".join(name), lang, edition=edition, overlays=overlays), nl=False)


@law.command(short_help="What changes between two editions. / 版本之间的变化")
@click.argument("old", type=day)
@click.argument("new", type=day)
@in_language
def diff(old: date, new: date, lang: str) -> None:
    """Say what changes from the edition dated OLD to that dated NEW: new, tighter, looser, changed, gone.

    两个版本之间改了什么。
    """
    from workflow.law.diff import diff as changes

    with told():
        click.echo(changes(the_law(), old, new, lang), nl=False)


@law.command(short_help="What the audit asks of a rule, as SQL. / 审查所用的查询语句")
@click.argument("name", nargs=-1, required=True)
@click.option("--as-of", type=day, help="The day of the audit; default: today at the office. / 审查日期")
@click.option(
    "--engine",
    type=click.Choice(["duckdb", "postgresql", "sqlite", "spark"]),
    default="duckdb",
    help="The database that it is written for. / 数据库",
)
@click.option("--unreadable", is_flag=True, help="Of rows in which something cannot be read. / 有无法读取内容的行")
@local_practice
@in_language
def sql(
    name: tuple[str, ...],
    as_of: date | None,
    engine: str,
    *,
    unreadable: bool,
    overlays: tuple[str, ...],
    lang: str,
) -> None:
    """Print the statement that judges a rule over a table of cases, to be kept as evidence of what was checked.

    打印审查一条规定时对全部案卷执行的查询语句，可作为查了什么的凭据。
    """
    from workflow.bulk.dialects import DIALECTS
    from workflow.bulk.layout import Layout
    from workflow.bulk.shown import statements
    from workflow.clock import today_at_office
    from workflow.law.lookup import find, rules_named
    from workflow.rules.rulebook import Rulebook

    with told():
        law = the_law()
        layout = Layout(Rulebook(law, law.timeline(overlays)))
        editions = [period.edition for period in layout.book.periods]
        rules = rules_named(find(law, editions, " ".join(name)), editions)
        when, dialect = as_of or today_at_office(), DIALECTS[engine]
        shown = [statements(layout, rule, when, dialect, lang, careful=unreadable) for rule in rules]
        none = "没有需要审查的规定" if lang == "zh" else "no rule there that is judged"
        click.echo("\n".join(shown) or none, nl=not shown)


@law.command(short_help="Draw the procedure. / 流程图")
@click.option(
    "--format", "form", type=click.Choice(["svg", "mermaid"]), default="svg", help="Picture or text. / 图或者文本"
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file. / 输出文件")
@of_edition
@in_language
def graph(form: str, out: Path | None, edition: date | None, overlays: tuple[str, ...], lang: str) -> None:
    """Draw stages, steps and states: an SVG that prints on A4, or Mermaid text.

    画出阶段、步骤和身份的变化。
    """
    from workflow.law.graph import svg
    from workflow.law.mermaid import mermaid

    draw = svg if form == "svg" else mermaid
    with told():
        _hand_out(draw(_edition(edition, overlays), lang), out)


def _edition(on: date | None, overlays: tuple[str, ...]) -> Edition:
    """Return the edition that is asked for, else the newest, with local practice on it."""
    from workflow.law.show import looked_at

    return looked_at(the_law(), on, overlays)[0]


@law.command(short_help="JSON Schema for editors. / 定义文件格式")
@click.argument("name", required=False)
@click.option(
    "--write",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write NAME.json, or all, into this folder. / 写入此目录",
)
def schema(name: str | None, write: Path | None) -> None:
    """Print the JSON Schema of definition files: edition, overlay, coverage and the like.

    供编辑器使用的定义文件格式。
    """
    from workflow.law.schema import FILES, schema_text

    with told():
        if write is not None:
            write.mkdir(parents=True, exist_ok=True)
            for each in [name] if name else FILES:
                _hand_out(schema_text(each), write / f"{each}.json")
        elif name is not None:
            _hand_out(schema_text(name), None)
        else:
            click.echo("\n".join(FILES))


def _hand_out(text: str, out: Path | None) -> None:
    """Write text as UTF-8 with plain line ends, to a file or to standard output."""
    if out is None:
        sys.stdout.buffer.write(text.encode("utf-8"))
        return
    from workflow.compliance.files import PUBLIC, write_whole

    write_whole(out, text.encode("utf-8"), PUBLIC)
    click.echo(safe(f"已写入 / written: {out}"), err=True)


@law.command(short_help="Prove the definitions. / 校验定义")
@in_language
def check(lang: str) -> None:
    """Load all definitions and prove what no reading of a single rule shows.

    校验全部定义。Exit code: 0 everything holds; 1 faults, each with file and line.
    """
    from workflow.law.source import DefinitionError

    with told():
        try:
            raise SystemExit(_proved(lang))
        except DefinitionError as error:
            for line in _faults(error.faults, lang):
                click.echo(line)
            click.echo(safe(error.what.of(lang)))
            raise SystemExit(FAULTY) from None


def _proved(lang: str) -> int:
    """Print every proof and what stands against it; return the exit code."""
    from workflow.law.alone import load_alone
    from workflow.law.organizations import FILE, read_organizations
    from workflow.prover import Proof, procedures_hold, prove

    root = definitions()
    proof = prove(the_law(), read_organizations(root) if (root / FILE).is_file() else None)
    if alone := load_alone(root):
        proof = Proof((*proof.parts, procedures_hold(alone)))
    for part in proof.parts:
        click.echo(_line(part, lang))
    for line in _faults(proof.faults, lang):
        click.echo(line)
    number = len(proof.parts)
    failed = sum(not part.holds for part in proof.parts)
    if failed:
        click.echo(f"{number} 项证明，{failed} 项未通过" if lang == "zh" else f"{number} proofs, {failed} refuted")
        return FAULTY
    click.echo(f"{number} 项证明，全部通过" if lang == "zh" else f"{number} proofs, all hold")
    return HOLDS


def _line(part: Part, lang: str) -> str:
    """Return a proof as one line, its result in words: consoles lack signs and colours."""
    if lang == "zh":
        return f"{'通过　' if part.holds else '未通过'} {part.name.zh}（{part.proved.zh}）"
    return f"{'holds  ' if part.holds else 'REFUTED'} {part.name.en} ({part.proved.en})"


def _faults(faults: tuple[Fault, ...], lang: str) -> Iterator[str]:
    """Yield each fault as ``file:line: path: what``, as editors understand it."""
    for fault in faults:
        where = f"{fault.where}: " if fault.where else ""
        yield harmless(f"{fault.file}:{fault.line}: {where}{fault.what.of(lang)}")


law.add_command(impact)
