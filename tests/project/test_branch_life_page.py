"""docs/branch_life.md says which rules there are, how grave each is and on which articles it rests."""

from __future__ import annotations

import re
from pathlib import Path

from workflow.law.alone import load_alone
from workflow.law.loader import definitions_root

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "branch_life.md").read_text("utf-8")
ROW = re.compile(r"^\| `(\w+): ([\w.]+)` \| .+ \| ([\w, ]+) \| (hard|soft)[^|]* \|$", re.MULTILINE)
LAWS = load_alone(definitions_root())


def test_the_page_has_every_rule_with_its_articles_and_force() -> None:
    told = {(procedure, rule): (cited, force) for procedure, rule, cited, force in ROW.findall(PAGE)}
    rules = {
        (law.definitions.procedure, name): (", ".join(rule.articles) or "convention", str(rule.force))
        for law in LAWS.values()
        for name, (_, rule) in law.editions[0].rules.items()
    }
    assert told == rules


def test_the_page_names_every_procedure_with_the_day_of_its_text() -> None:
    for name, law in LAWS.items():
        row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{name}` "))
        day = law.editions[0].edition.isoformat()
        above = PAGE[: PAGE.index(row)]
        assert day in row or ("the same" in row and day in above.splitlines()[-1])


def test_every_link_of_the_page_leads_somewhere() -> None:
    links = re.findall(r"\]\(([a-z_]+\.md)", PAGE)
    assert links
    assert [link for link in links if not (ROOT / "docs" / link).is_file()] == []
