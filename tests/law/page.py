"""Read docs/definitions.md: its marked YAML blocks, and the tables that say what a rule says of a case."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from workflow.case.values import UNREADABLE, Value
from workflow.law.model import Edition, FieldType

PAGE = Path(__file__).parents[2] / "docs" / "definitions.md"
BLOCK = re.compile(r"^```yaml[ \t]*(?P<mark>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
TABLE = re.compile(
    r"^\| recorded \| as of \| `(?P<rule>[a-z0-9_.]+)` \|\n\|[-|]+\|\n(?P<rows>(?:\|.*\n)+)", re.MULTILINE
)
HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)
FILES = ("overlay", "coverage", "conventions", "transitions")


@dataclass(frozen=True)
class Example:
    """A line of a table: what is recorded, the day, and the words for the verdict."""

    rule: str
    recorded: str
    as_of: date
    says: str


@dataclass
class Page:
    """The page taken apart."""

    editions: dict[str, str] = field(default_factory=dict)  # procedure: text
    rules: list[tuple[str, str, str]] = field(default_factory=list)  # procedure, step, text
    files: dict[str, tuple[str, str]] = field(default_factory=dict)  # what: procedure, text
    unmarked: list[str] = field(default_factory=list)
    examples: list[Example] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    log: str = ""
    log_procedure: str = ""


def read_page(text: str) -> Page:
    """Return what stands on the page."""
    page = Page(headings=[match[2] for match in HEADING.finditer(text)])
    page.log = text.split("```csv log\n", 1)[1].split("```", 1)[0]
    for block in BLOCK.finditer(text):
        what, _, where = block["mark"].partition(" ")
        if what == "edition":
            page.editions[first_word(block["text"], "procedure")] = block["text"]
        elif what == "rules":
            procedure, step = where.split(".")
            page.rules.append((procedure, step, block["text"]))
        elif what == "log":
            page.log_procedure = block["text"]
        elif what in FILES:
            page.files[what] = (where, block["text"])
        else:
            page.unmarked.append(block["text"])
    for table in TABLE.finditer(text):
        page.examples += [example(table["rule"], row) for row in table["rows"].splitlines()]
    return page


def first_word(text: str, key: str) -> str:
    """Return the plain value of a key at the left margin."""
    found = re.search(rf"^{key}: (\S+)$", text, re.MULTILINE)
    assert found, f"no {key}"
    return found[1]


def example(rule: str, row: str) -> Example:
    """Return one line of a table."""
    recorded, as_of, says = (cell.strip() for cell in row.strip("|").split("|"))
    return Example(rule, recorded, date.fromisoformat(as_of), says)


def with_rules(text: str, step: str, rules: str) -> str:
    """Return an edition with more rules at the end of a step."""
    head, found, tail = text.partition(f"\n  {step}:\n")
    assert found, f"no step {step}"
    end = re.search(r"^  [a-z]", tail, re.MULTILINE)
    cut = end.start() if end else len(tail)
    body = tail[:cut].replace("    rules: {}\n", "    rules:\n")
    added = "".join(f"      {line}\n" if line else "\n" for line in rules.splitlines())
    return f"{head}{found}{body}{added}{tail[cut:]}"


def values_of(recorded: str, edition: Edition) -> dict[str, Value]:
    """Return the columns that a cell names: ``column = value; column = day + day``."""
    pairs = (part.split(" = ") for part in recorded.split("; ") if part)
    return {column: value_of(text, edition.fields[column].type) for column, text in pairs}


def value_of(text: str, kind: FieldType) -> Value:
    """Return one value; a question mark is something that cannot be read."""
    if text == "?":
        return UNREADABLE
    match kind:
        case FieldType.DAYS:
            return tuple(map(date.fromisoformat, text.split(" + ")))
        case FieldType.DAY | FieldType.PLAN:
            return date.fromisoformat(text)
        case FieldType.COUNT:
            return int(text)
        case FieldType.YES_NO:
            return {"true": True, "false": False}[text]
        case _:
            return text
