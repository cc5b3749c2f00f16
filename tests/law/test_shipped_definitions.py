"""The definitions as shipped: both editions, what they share and where they differ, coverage, overlays, conventions."""

from __future__ import annotations

import re
from datetime import date
from itertools import chain

import pytest

from workflow.law.kinds import Outcome
from workflow.law.loader import definitions_root, load_edition
from workflow.law.model import Edition, EditionCoverage, GovernedBy, How
from workflow.law.overlay import compose
from workflow.law.source import DefinitionError
from workflow.law.timeline import Law, load_law

OLD, NEW = date(2014, 5, 28), date(2026, 5, 11)
STAGES = {  # the official names of the chart; 23 and 24 are told apart from 15 and 17 by 转正
    "applying": (
        "递交入党申请书",
        "党组织派人谈话",
    ),
    "activists": (
        "推荐和确定入党积极分子",
        "上级党委备案",
        "指定培养联系人",
        "培养教育考察",
    ),
    "targets": (
        "确定发展对象",
        "报上级党委备案",
        "确定入党介绍人",
        "进行政治审查",
        "开展集中培训",
    ),
    "admission": (
        "支部委员会审查",
        "上级党委预审",
        "填写入党志愿书",
        "支部大会讨论",
        "上级党委派人谈话",
        "上级党委审批",
        "再上一级党委组织部门备案",
    ),
    "probation": (
        "编入党支部和党小组",
        "入党宣誓",
        "继续教育考察",
        "提出转正申请",
        "支部大会讨论转正",
        "上级党委审批转正",
        "材料归档",
    ),
}
ONLY_OLD = {
    "list_target.filed", "list_target.filed_before_listing",  # filing before the listing, no code
    "archive.five_papers",
}  # fmt: skip
ONLY_NEW = {
    "list_target.consent", "list_target.consent_before_notice", "list_target.notice", "list_target.after_notice",
    "list_target.notice_at_both_places", "list_target.notices_begin_together", "list_target.notices_end_together",
    "list_target.nothing_in_the_way",
    "sponsors.no_penalty_in_effect", "admit.within_a_month", "oath.within_a_month",
    "archive.six_papers",
}  # fmt: skip


@pytest.fixture(scope="module")
def law() -> Law:
    return load_law(definitions_root())


@pytest.fixture(scope="module")
def old(law: Law) -> Edition:
    return law.edition(OLD)


@pytest.fixture(scope="module")
def new(law: Law) -> Edition:
    return law.edition(NEW)


def substance_differs(one: Edition, other: Edition) -> set[str]:
    """Return the ids of rules that both editions hold and that would decide differently."""
    shared = one.rules.keys() & other.rules.keys()
    return {name for name in shared if one.rules[name][1].substance() != other.rules[name][1].substance()}


def test_all_files_load(law):
    assert [edition.edition for edition in law.editions] == [OLD, NEW]
    assert set(law.definitions.overlays) == {"procuratorate", "university"}
    assert law.definitions.coverage
    assert law.definitions.transitions
    assert law.definitions.conventions


@pytest.mark.parametrize("day", [OLD, NEW])
def test_twenty_five_numbered_steps_in_five_stages(law, day):
    edition = law.edition(day)
    steps = [edition.steps[name] for name in edition.numbered]
    assert [step.number for step in steps] == list(range(1, 26))
    assert [step.stage for step in steps] == [stage for stage, names in STAGES.items() for _ in names]
    assert list(edition.stages) == list(STAGES)


def test_the_official_names_of_the_chart(old, new):
    assert [old.steps[name].zh for name in old.numbered] == list(chain.from_iterable(STAGES.values()))
    renamed = [name for name in new.numbered if new.steps[name].zh != old.steps[name].zh]
    assert renamed == ["list_target"]


def test_the_steps_and_their_order_are_those_of_the_other_edition(old, new):
    assert list(old.steps) == list(new.steps)
    assert old.numbered == new.numbered


@pytest.mark.parametrize("day", [OLD, NEW])
def test_everything_people_read_is_in_both_languages(law, day):
    edition = law.edition(day)
    pairs = [(step.zh, step.en) for step in edition.steps.values()]
    pairs += [(outcome.zh, outcome.en) for step in edition.steps.values() for outcome in step.outcomes.values()]
    pairs += [
        (one.zh, one.en) for one in (*edition.fields.values(), *edition.derived.values(), *edition.bodies.values())
    ]
    pairs += [(rule.text.zh, rule.text.en) for _, rule in edition.rules.values()]
    pairs += [(rule.remedy.zh, rule.remedy.en) for _, rule in edition.rules.values() if rule.remedy]
    assert [pair for pair in pairs if not chinese(pair[0]) or chinese(pair[1]) or not pair[1].strip()] == []


def chinese(text: str) -> bool:
    """Tell whether there are Chinese characters in a text."""
    return re.search(r"[\u4e00-\u9fff]", text) is not None


def test_rules_of_both_editions_are_of_equal_substance(old, new):
    assert old.rules.keys() - new.rules.keys() == ONLY_OLD
    assert new.rules.keys() - old.rules.keys() == ONLY_NEW
    assert substance_differs(old, new) == set()


def test_a_parameter_changed_in_one_edition_is_found(new):
    text = shipped("recruitment/2014-05-28.yaml").replace("years: 18", "years: 17")
    assert substance_differs(load_edition(text, "altered.yaml")[0], new) == {"apply.age"}


def shipped(name: str) -> str:
    """Return the text of a shipped file."""
    return (definitions_root() / name).read_text(encoding="utf-8")


def test_the_columns_are_the_same(old, new):
    assert old.fields.keys() == new.fields.keys()
    shared = old.fields.keys()
    assert [name for name in shared if old.fields[name].type is not new.fields[name].type] == []
    assert [name for name in shared if old.fields[name].values != new.fields[name].values] == []


def test_derived_columns_and_states_are_equal(old, new):
    assert {name: derived.how for name, derived in old.derived.items()} == {n: d.how for n, d in new.derived.items()}
    assert old.states == new.states
    assert old.initial == new.initial


def test_only_the_listing_ends_in_other_outcomes_and_in_the_same_state(old, new):
    differ = [name for name in old.steps if old.steps[name].outcomes != new.steps[name].outcomes]
    assert differ == ["list_target"]
    ends = [{outcome.to for outcome in edition.steps["list_target"].outcomes.values()} for edition in (old, new)]
    assert ends == [{None, "target"}, {None, "target"}]
    filled = [
        edition.steps["list_target"].outcomes[name].fills for edition, name in ((old, "filed"), (new, "consented"))
    ]
    assert filled == ["consented_on", "consented_on"]


def test_articles_are_renumbered_by_one_from_nineteen_on(old, new):
    for name in old.rules.keys() & new.rules.keys():
        then, now = (edition.rules[name][1].articles for edition in (old, new))
        assert [str(int(number) - (int(number) > 18)) for number in then] == list(now), name
        assert "18" not in then
    assert [old.rules[name][1].articles for name in ("admit.quorum", "convert.tally")] == [("20",), ("33", "21")]


def test_codes_that_only_the_newer_edition_gives(old, new):
    assert codes(new) - codes(old) == {
        "V11-consent", "V11-notice", "V11-listing", "V13-penalty", "V20-late", "V20-missing", "V37-late",
    }  # fmt: skip
    assert codes(old) - codes(new) == set()
    assert "V37-missing" in codes(old)


def codes(edition: Edition) -> set[str]:
    """Return every audit code of an edition."""
    return {code for _, rule in edition.rules.values() for outcome in Outcome if (code := rule.code(outcome))}


def one_sided(edition: Edition, coverage: EditionCoverage) -> set[tuple[str, str]]:
    """Return article and rule where only one of the two names the other."""
    cited = {(number, name) for name, (_, rule) in edition.rules.items() for number in rule.articles}
    listed = {(number, name) for number, article in coverage.articles.items() for name in article.rules}
    return cited ^ listed


@pytest.mark.parametrize(("day", "count"), [(OLD, 45), (NEW, 44)])
def test_every_article_is_covered_on_both_sides(law, day, count):
    coverage = law.definitions.coverage.editions[day.isoformat()]
    assert list(coverage.articles) == [str(number) for number in range(1, count + 1)]
    assert one_sided(law.edition(day), coverage) == set()
    for number, article in coverage.articles.items():
        assert (article.how is How.ENFORCED) == bool(article.rules), number
        assert article.source in law.definitions.coverage.sources, number
        if article.how in (How.RECORDED, How.UNREAD):
            assert article.why, number


def test_an_article_that_forgets_a_rule_is_found(law, new):
    coverage = law.definitions.coverage.editions[NEW.isoformat()]
    article = coverage.articles["5"].model_copy(update={"rules": ()})
    altered = coverage.model_copy(update={"articles": coverage.articles | {"5": article}})
    assert one_sided(new, altered) == {("5", "apply.age")}


@pytest.mark.parametrize("day", [OLD, NEW])
def test_recorded_articles_name_the_steps_that_cite_them(law, day):
    edition = law.edition(day)
    for number, article in law.definitions.coverage.editions[day.isoformat()].articles.items():
        citing = {name for name, step in edition.steps.items() if f"art. {number}" in step.basis.split("; ")}
        if article.how is How.RECORDED:
            assert set(article.steps) == citing, number
        elif article.how in (How.GUIDANCE, How.UNREAD):
            assert citing == set(), number


def test_every_source_is_used(law):
    coverage = law.definitions.coverage
    used = {article.source for edition in coverage.editions.values() for article in edition.articles.values()}
    assert used == set(coverage.sources)


def test_overlays_cite_local_practice_and_give_their_own_codes(law):
    for name, overlay in law.definitions.overlays.items():
        prefix = {"procuratorate": "PRO-", "university": "UNI-"}[name]
        added = [*overlay.steps.values(), *overlay.add_steps.values()]
        rules = [rule for part in added for rule in part.rules.values()]
        assert rules
        for rule in rules:
            assert rule.basis.split("; ")[0] == "local"
            given = {rule.code(outcome) for outcome in rule.demand.outcomes}
            assert all(code.startswith(prefix) for code in given - {""}), given


def test_overlays_only_add_and_tighten(law, new):
    laid = law.timeline(["university", "procuratorate"])[-1].edition
    assert new.rules.keys() <= laid.rules.keys()
    assert substance_differs(new, laid) == {"training.organized"}
    assert new.fields.keys() <= laid.fields.keys()


def test_an_overlay_that_loosens_is_named_with_its_line(law, new):
    overlay = law.definitions.overlays["procuratorate"]
    source = law.definitions.sources["overlay:procuratorate"]
    looser = overlay.steps["training"].rules["organized"]
    demand = looser.demand.model_copy(update={"allowed": ("work_committee", "branch")})
    rules = {"organized": looser.model_copy(update={"demand": demand})}
    training = overlay.steps["training"].model_copy(update={"rules": rules})
    altered = overlay.model_copy(update={"steps": overlay.steps | {"training": training}})
    (fault,) = compose(new, altered, source).faults
    assert fault.what.en == "loosens the rule that it replaces"
    line = shipped("overlays/procuratorate.yaml").splitlines()[fault.line - 1]
    assert line.strip() == "organized:"


def test_no_local_choice_is_shipped_and_every_governing_day_is_explained(law):
    transitions = law.definitions.transitions
    assert transitions.local_choices == ()
    assert set(transitions.governed_by) == set(GovernedBy)
    assert set(transitions.cut_overs) == {NEW.isoformat()}


def test_the_commented_local_choice_would_load(law, tmp_path):
    text = shipped("recruitment/transitions.yaml")
    example = re.search(r"(?m)^# local_choices:\n(?:#   .*\n)+", text)
    assert example
    chosen = "".join(line[2:] for line in example[0].splitlines(keepends=True))
    folder = tmp_path / "recruitment"
    folder.mkdir()
    for name in (f"{OLD}.yaml", f"{NEW}.yaml"):
        (folder / name).write_text(shipped(f"recruitment/{name}"), encoding="utf-8")
    (folder / "transitions.yaml").write_text(text.replace("local_choices: []\n", chosen), encoding="utf-8")
    loaded = load_law(tmp_path)
    assert loaded.governed_by("admit.within_a_month", date(2026, 6, 30), GovernedBy.DUE) is GovernedBy.DUE
    assert loaded.governed_by("admit.within_a_month", date(2026, 7, 1), GovernedBy.DUE) is GovernedBy.ACT
    assert law.governed_by("admit.within_a_month", date(2026, 7, 1), GovernedBy.DUE) is GovernedBy.DUE


def test_conventions_name_articles_that_exist(law):
    articles = set(law.definitions.coverage.editions[NEW.isoformat()].articles)
    for name, convention in law.definitions.conventions.items():
        assert set(re.findall(r"art\. (\d+)", convention.basis)) <= articles, name


def test_every_point_of_the_ledger_conventions_is_a_named_convention(law):
    points = set()
    for convention in law.definitions.conventions.values():
        points |= {int(number) for number in re.findall(r"ledger conventions (\d+)", convention.basis)}
    assert points == set(range(1, 12))


def test_conventions_that_other_files_name_exist(law):
    texts = [shipped(f"recruitment/{name}.yaml") for name in (OLD, NEW, "coverage", "transitions")]
    named = {name for text in texts for name in re.findall(r"(\w+) in conventions\.yaml", text)}
    assert named
    assert named <= law.definitions.conventions.keys()


def test_derived_columns_computed_otherwise_are_refused(tmp_path):
    folder = tmp_path / "recruitment"
    folder.mkdir()
    text = shipped(f"recruitment/{OLD}.yaml")
    altered = text.replace("{plus: admit.on, months: 12}", "{plus: admit.on, months: 11}")
    assert altered != text
    (folder / f"{OLD}.yaml").write_text(altered, encoding="utf-8")
    (folder / f"{NEW}.yaml").write_text(shipped(f"recruitment/{NEW}.yaml"), encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        load_law(tmp_path)
    assert [fault.where for fault in caught.value.faults] == ["derived.probation_ends_on"]
