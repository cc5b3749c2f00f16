"""docs/audit.md says what stands in the files that audits in bulk write."""

from __future__ import annotations

import re
from pathlib import Path

from workflow.compliance.ours import OF_LOGS
from workflow.law.loader import definitions_root, load_definitions

PAGE = Path(__file__).parents[2] / "docs" / "audit.md"


def explained() -> list[str]:
    """Return the columns that the page explains, in its order."""
    table = PAGE.read_text("utf-8").split("| column | what stands there |\n", 1)[1].split("\n\n", 1)[0]
    return [name for row in table.splitlines()[1:] for name in re.findall(r"`(\w+)`", row.split("|")[1])]


def test_every_column_of_a_breach_is_explained_in_its_order() -> None:
    assert tuple(explained()) == OF_LOGS


def test_every_indication_is_explained_with_its_article_its_convention_and_its_time() -> None:
    given = load_definitions(definitions_root()).indications
    assert given is not None
    table = PAGE.read_text("utf-8").split("| indication | looks towards |", 1)[1].split("\n\n", 1)[0]
    rows = [line.split("|") for line in table.splitlines()[2:]]
    newest = {name: (one, one.basis[max(one.basis)].replace("; art. ", ", ")) for name, one in given.named.items()}
    assert [row[1].split("`")[1] for row in rows] == list(newest)
    for row, (name, (one, basis)) in zip(rows, newest.items(), strict=True):
        assert row[1].split("` ")[1].strip() == one.zh, name
        assert row[2].strip() == f"{basis}, `{one.convention}`", name
        months = getattr(one.limits[-1], "months", None)
        assert months is None or f"{months} months" in f"{row[3]}{row[4]}", name


def test_every_page_that_it_leads_to_is_there() -> None:
    links = re.findall(r"\]\(([a-z]+\.md)", PAGE.read_text("utf-8"))
    assert links
    assert [link for link in links if not (PAGE.parent / link).is_file()] == []
