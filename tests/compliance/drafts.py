"""Drafts of the law, written as people write them: the newest edition with a few places changed."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.engine.office import LAWS
from workflow.compliance.impact.draft import read_draft
from workflow.law.draft import Drafted
from workflow.law.loader import definitions_root
from workflow.law.organizations import read_organizations

DAY = "2027-01-01"
NEWEST = (definitions_root() / "recruitment" / "2026-05-11.yaml").read_text("utf-8")
LONGER_CULTIVATION = ("      a_year_of_cultivation:", "        months: 12\n", "        months: 18\n")
LONGER_TALK = ("      within_a_month:", "        months: 1\n", "        months: 2\n")
SHORTER_TALK = ("      within_a_month:", "        months: 1\n", "        days: 20\n")
NOTICE_STEP = (
    "  activist:\n    number: 3\n",
    "  activist:\n",
    """\
  notice_of_activist:
    zh: 入党积极分子公示
    en: Notice of the activist
    basis: art. 8
    by: [branch]
    from: [applicant]
    outcomes:
      given: {zh: 已公示, en: notice given}
    evidence:
      on: {type: day, zh: 公示日期, en: day of the notice, required: true}
  activist:
""",
)
NOTICE_RULE = (
    "      recommended:\n        kind: evidence\n        fields: [activist.recommended_by",
    "      recommended:\n",
    """\
      notice_before:
        kind: evidence
        fields: [notice_of_activist.on]
        presupposed_by: {filled: [activist.on]}
        governed_on: activist.on
        basis: art. 8
        online: refuse
        text: {zh: 确定前公示, en: notice comes before the decision}
      recommended:
""",
)
Change = tuple[str, str, str]


def text_of(*changes: Change, day: str = DAY) -> str:
    """Return the newest edition of another day, changed: after the first text the second one turns into the third."""
    text = NEWEST.replace('edition: "2026-05-11"', f'edition: "{day}"')
    for after, old, new in changes:
        place = text.index(old, text.index(after))  # not found: the draft is not the one that is meant
        text = text[:place] + new + text[place + len(old) :]
    return text


def written(folder: Path, *changes: Change, day: str = DAY) -> Path:
    """Write a draft and return its path."""
    path = folder / "draft.yaml"
    path.write_text(text_of(*changes, day=day), "utf-8")
    return path


@cache
def drafted(*changes: Change, day: str = DAY) -> Drafted:
    """Return the shipped law with a draft, proved: once for all tests that ask for it."""
    with TemporaryDirectory() as folder:
        file = written(Path(folder), *changes, day=day)
        return read_draft(file, LAWS.law, read_organizations(definitions_root()))[0]


def without_month_for_talk() -> Change:
    """Return the change that leaves out the rule on the month for the talk."""
    start = NEWEST.index("      within_a_month:\n        kind: within\n        from: apply.on")
    return ("  talk:\n", NEWEST[start : NEWEST.index("      first_talk_first:")], "")
