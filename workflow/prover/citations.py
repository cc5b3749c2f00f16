"""What a basis cites: articles by number, other grounds by name."""

from __future__ import annotations

import re

ARTICLE = re.compile(r"art\. (\d+)(\(\d+\))?")
LOCAL = "local"


def articles(basis: str) -> tuple[str, ...]:
    """Return the numbers of the articles that a basis cites, without paragraphs."""
    found = (ARTICLE.fullmatch(part) for part in parts(basis))
    return tuple(match[1] for match in found if match)


def others(basis: str) -> tuple[str, ...]:
    """Return what a basis cites besides articles."""
    return tuple(part for part in parts(basis) if not ARTICLE.fullmatch(part))


def parts(basis: str) -> list[str]:
    """Return the grounds of a basis, as they are written."""
    return [part.strip() for part in basis.split(";")]
