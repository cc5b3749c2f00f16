"""Laws to look at: the shipped one, read once, and small ones made of edition texts in memory."""

from __future__ import annotations

from functools import cache

from tests.law.small import EDITION, changed
from workflow.law.loader import Definitions, definitions_root, load_edition
from workflow.law.model import Coverage
from workflow.law.source import read_source
from workflow.law.timeline import Law, load_law

DAYS = ("2020-01-01", "2024-07-01")
COVERAGE = """\
sources: {text: {zh: 原文, en: the text}}
editions:
  "2020-01-01":
    last: 2
    other_basis: {custom: {zh: 惯例, en: custom}}
    articles:
      "1": {zh: 先申请, en: ask first, how: guidance, source: text}
      "2": {zh: 借出和归还, en: lending and giving back, how: enforced, source: text}
"""


@cache
def shipped() -> Law:
    """Return the shipped law."""
    return load_law(definitions_root())


def law_of(*texts: str, coverage: str = COVERAGE) -> Law:
    """Return a law of editions in the order given."""
    loaded = Definitions("lending")
    for text in texts or (EDITION,):
        edition, source = load_edition(text, "small.yaml")
        loaded.editions.append(edition)
        loaded.sources[edition.edition.isoformat()] = source
    loaded.coverage = Coverage.model_validate(read_source(coverage, "coverage.yaml").value) if coverage else None
    return Law(loaded)


def later(text: str = EDITION) -> str:
    """Return an edition text as that of a later day."""
    return changed(text, f'edition: "{DAYS[0]}"', f'edition: "{DAYS[1]}"')


def amended(*turns: tuple[str, str]) -> Law:
    """Return a law whose later edition says something else in each of these places."""
    text = later()
    for old, new in turns:
        text = changed(text, old, new)
    return law_of(EDITION, text)
