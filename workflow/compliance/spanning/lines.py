"""Indications on a terminal: each with its base rate, under it the branches that show it, in the order of names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workflow.compliance.columns import cut_to, table_lines
from workflow.compliance.spanning.told import Indicated
from workflow.compliance.words import many, pick
from workflow.engine.indication_numbers import Told
from workflow.plain import harmless

INDENT = "  "
HIDDEN = "*"
MOST = 10  # branches of one indication that are named


def indication_lines(found: Sequence[Indicated], language: str, width: int) -> Iterator[str]:
    """Yield a table of all with the base rate, then what each says, of which branches."""
    yield pick(
        language,
        "线索（不是问题，不按个人统计；比例＝有此情形÷基数）",
        "Indications (no findings, never by person; rate = shown of base)",
    )
    headers = pick(language, "线索 依据 有此情形 基数 比例", "indication basis shown base rate").split()
    rows = [(one.words.title.of(language), one.words.basis, *_cells(one.every)) for one in found]
    yield from (INDENT + line for line in table_lines(headers, rows, width - len(INDENT), stretch=0))
    for one in found:
        yield from (INDENT + line for line in _branches(one, language, width - len(INDENT)))
    yield pick(
        language,
        f"{HIDDEN} 少于五，或者能推算出少于五的数，不显示；各条的含义和不说明什么：--json 或者 docs/audit.md。",
        f"{HIDDEN} under five, or such a number would follow; what each says and does not say: --json, docs/audit.md.",
    )


def _branches(one: Indicated, language: str, width: int) -> Iterator[str]:
    """Yield what an indication says and the branches of which it can be told."""
    shown = [(name, told) for name, told in one.branches if told.shown or told.some]
    hidden = sum(told.shown is None and not told.some for _, told in one.branches)
    if not shown:
        return
    yield f"{one.words.title.of(language)}{pick(language, '：', ': ')}{one.words.says.of(language)}"
    for name, told in shown[:MOST]:
        number, base, rate = _cells(told)
        yield cut_to(f"{INDENT}{harmless(name)}  {number}/{base}  {rate}", width)
    more = len(shown) - MOST
    if more > 0:
        yield INDENT + pick(language, f"…… 另有 {more} 个支部", f"… and {many(more, 'branch', 'branches')} more")
    if hidden:
        yield INDENT + pick(
            language, f"{hidden} 个支部的数不显示{HIDDEN}", f"of {many(hidden, 'branch', 'branches')} hidden{HIDDEN}"
        )


def _cells(told: Told) -> tuple[str, str, str]:
    rate = "—" if told.rate is None else f"{float(told.rate):.1%}"
    return _number(told.shown), _number(told.base), rate


def _number(number: int | None) -> str:
    return HIDDEN if number is None else str(number)
