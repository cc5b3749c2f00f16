"""One step, article or rule in people's words, as it stands in an edition and as it stood before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from workflow.law.changes import Change, Pair, field_line, manner, outcome_line, stage_name, step_changes
from workflow.law.demands import sentence
from workflow.law.diff import words_of
from workflow.law.kinds import Bilingual
from workflow.law.lookup import UnknownName, find
from workflow.law.model import ArticleDef, Edition, How, RuleDef, StepDef
from workflow.law.provisions import codes, conditions, governing, gravity, online
from workflow.law.timeline import Law, Period
from workflow.law.words import Words

HOW = {
    How.ENFORCED: Bilingual(zh="由规定判断", en="enforced by rules"),
    How.RECORDED: Bilingual(zh="只登记，由人判断", en="recorded, for people to judge"),
    How.GUIDANCE: Bilingual(zh="指导性，没有可登记的", en="guidance, nothing to record"),
    How.UNREAD: Bilingual(zh="没有读到原文，不据以判断", en="the wording was not seen, nothing rests on it"),
}
RULE = "─" * 60


def show(law: Law, name: str, language: str = "zh", *, edition: date | None = None, overlays: Sequence[str] = ()) -> str:
    """Return what ``name`` means, in people's words; a bare number may mean a step and an article, then both.

    Without ``edition`` the newest that knows the name, followed by what the others have otherwise. Raises UnknownName
    with the nearest names, UnknownLaw for an edition or overlay that does not exist.
    """
    views = _views(law, edition, overlays)
    found = find(law, [words.edition for words in views], name) if views else None
    assert found is not None  # noqa: S101 - a law has an edition
    parts = [_step_view(law, _holding(views, step), step) for step in found.steps]
    parts += [_article_view(law, views[0].language, article, views) for article in found.articles]
    parts += [_rule_view(law, views, rule) for rule in found.rules]
    return f"\n{RULE}\n".join(parts)
