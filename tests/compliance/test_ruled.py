"""The words of rules where branches are under different law: each finding in those of its own."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.compliance import audits
from workflow.bulk.layout import Layout
from workflow.compliance.rates import Part, rates
from workflow.compliance.ruled import rule_words
from workflow.compliance.runs import Run
from workflow.rules.rulebook import Rulebook

NOW = date(2026, 5, 11)
TRAINING, WAIT = "training.organized", "activist.three_months_after_application"
NATIONAL, PROCURATORATE, UNIVERSITY = (), ("procuratorate",), ("university",)


def parts(folder: Path, *practices: tuple[str, ...]) -> list[Part]:
    """Return parts in which nobody stands, each under the law with its local practice."""
    law, _, _ = audits.definitions()
    return [Part(Layout(Rulebook(law, law.timeline(one))), Run({}), folder, folder) for one in practices]


@pytest.mark.parametrize("practices", [(NATIONAL, PROCURATORATE), (PROCURATORATE, UNIVERSITY), (PROCURATORATE,)])
def test_a_finding_is_told_under_the_law_of_its_branch(tmp_path, practices):
    words = rule_words(parts(tmp_path, *practices))
    national, local = (words.of(TRAINING, NOW, article) for article in ("art. 17", "local; art. 17"))
    assert national.text.zh == "由基层党委或者县级党委组织部门组织培训"
    assert (national.remedy, "地方规定" in national.basis.zh) == (None, False)
    assert local.text.zh == "集中培训由直属机关工委或者组织部门统一组织"
    assert "地方规定：检察机关" in local.basis.zh
    assert local.remedy is not None
    assert local.remedy.en == "attend the training that the superior holds"


@pytest.mark.parametrize(
    "practices", [(NATIONAL, PROCURATORATE), (PROCURATORATE, NATIONAL), (PROCURATORATE, UNIVERSITY)]
)
def test_over_all_branches_a_rule_is_told_as_the_law_has_it(tmp_path, practices):
    found = parts(tmp_path, *practices)
    told = rule_words(found).now(TRAINING)
    assert told.text.zh == "由基层党委或者县级党委组织部门组织培训"
    assert "地方规定" not in told.basis.zh
    (rate,) = (one for one in rates(found) if one.rule == TRAINING)
    assert (rate.text, rate.basis) == (told.text, "art. 17")


def test_a_rule_of_local_practice_alone_names_every_practice_that_has_it(tmp_path):
    words = rule_words(parts(tmp_path, NATIONAL, PROCURATORATE, UNIVERSITY))
    for told in (words.now(WAIT), words.of(WAIT, NOW, "local")):
        assert told.text.zh == "递交申请书满三个月方可确定为入党积极分子"  # the same of both: told once
        first, second = told.basis.zh.split(" / ")
        assert ("检察机关" in first, "高校" in second) == (True, True)


def test_a_rule_that_is_not_asked_is_told_by_its_id(tmp_path):
    assert rule_words(parts(tmp_path, NATIONAL)).of("gone.rule", NOW, "art. 1").text.en == "gone.rule"
