"""A small invented procedure of steps and rules without states: a library that lends; it uses what the law does not."""

from pathlib import Path

from workflow.law.loader import Definitions, load_edition
from workflow.law.timeline import Law
from workflow.rules.rulebook import Rulebook

TEXT = (Path(__file__).parent / "lending.yaml").read_text("utf-8")


def small_law(text: str = TEXT) -> Law:
    """Return a law of one small edition."""
    edition, source = load_edition(text, "lending.yaml")
    return Law(Definitions("lending", [edition], sources={edition.edition.isoformat(): source}))


LAW = small_law()
BOOK = Rulebook(LAW, LAW.timeline())
