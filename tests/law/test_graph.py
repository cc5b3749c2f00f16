"""The picture of a procedure: complete, escaped, self-contained, and drawn where a reader looks for it."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from tests.law.small import EDITION, changed, edition
from tests.law.views import shipped
from workflow.law.flow import flow_of, is_decision
from workflow.law.graph import svg
from workflow.law.mermaid import mermaid, safe
from workflow.law.svg import plain, wrap

NAMESPACE = "{http://www.w3.org/2000/svg}"
EDGE = re.compile(r"    (\[\*\]|s_\w+) --> (\[\*\]|s_\w+)(?: : (.+))?")
HOSTILE = "a</title><script>alert('x')</script> & \"b\" ]]> 'c'"


def newest(*overlays):
    """Return the shipped law in its newest edition."""
    return shipped().timeline(overlays)[-1].edition


def drawn(language="zh", of=None):
    """Return the picture as a tree of elements."""
    return ET.fromstring(svg(of or newest(), language))  # noqa: S314 - our own text


def texts(root):
    """Return every text of the picture, the lines of one text joined."""
    return ["".join(element.itertext()) for element in root.iter(f"{NAMESPACE}text")]


def dashed(root):
    """Return the dashed lines."""
    return [path for path in root.iter(f"{NAMESPACE}path") if path.get("stroke-dasharray")]


def planted(old, new):
    """Return a small edition that says something else."""
    return edition(changed(EDITION, old, new))


@pytest.mark.parametrize("day", [0, 1])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_step_state_stage_and_side_act_stands_on_the_picture(day, language):
    shown = shipped().editions[day]
    squeezed = "".join(texts(drawn(language, shown))).replace(" ", "")
    for part in (*shown.steps.values(), *shown.states.values(), *shown.stages.values()):
        assert (part.zh if language == "zh" else part.en).replace(" ", "") in squeezed


def test_steps_are_numbered_in_their_order():
    numbers = [text for text in texts(drawn()) if text.isdigit()]
    assert sorted(map(int, numbers)) == sorted([*range(1, 26), *range(1, 6)])


def test_the_page_is_one_a4_in_landscape_and_everything_stands_on_it():
    for language in ("zh", "en"):
        root = drawn(language)
        assert (root.get("width"), root.get("height")) == ("297mm", "210mm")
        _, _, wide, high = map(float, root.get("viewBox").split())
        assert wide / high == pytest.approx(297 / 210, rel=0.01)
        for element in root.iter(f"{NAMESPACE}tspan"):
            assert 0 <= float(element.get("x")) <= wide
            assert 0 < float(element.get("y")) <= high
        assert "@page{size:A4 landscape" in svg(newest(), language)


def test_the_picture_is_told_to_those_who_do_not_see_it():
    root = drawn()
    assert root.get("role") == "img"
    assert root.get("lang") == "zh-CN"
    assert root.get("aria-labelledby") == "flow-title flow-desc"
    assert root.find(f"{NAMESPACE}title").text == newest().title.zh
    told = root.find(f"{NAMESPACE}desc").text
    assert "第13步“上级党委预审”：预审合格 → 预审合格、预审不合格 → 发展对象" in told
    assert "直接接收（特殊情况）" in told


def test_nothing_is_fetched_and_nothing_runs():
    text = svg(newest())
    assert "<script" not in text
    assert not re.search(r"\bon\w+=|href|url\((?!#)|@import|<image|<foreignObject", text)
    assert set(re.findall(r"https?://[^\"' ]+", text)) == {"http://www.w3.org/2000/svg"}


def test_every_text_is_escaped():
    hostile = edition(EDITION.replace("zh: 归还\n", f"zh: {HOSTILE!r}\n".replace("\\'", "''")))
    name = hostile.steps["give_back"].zh
    assert "<script>" in name
    text = svg(hostile)
    assert "<script>" not in text
    assert name in " ".join(element.text or "" for element in drawn(of=hostile).iter(f"{NAMESPACE}title"))
    assert plain("\x00\x0b<") == "\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}&lt;"


def test_decisions_have_a_shape_of_their_own():
    decisions = [step for step in newest().steps.values() if step.number and is_decision(step)]
    assert len(list(drawn().iter(f"{NAMESPACE}polygon"))) == len(decisions) + 1  # and one in the legend
    assert {step.number for step in decisions} == {3, 4, 7, 8, 10, 12, 13, 15, 17, 23, 24}


def test_the_spine_follows_the_standing_of_the_person():
    flow = flow_of(newest())
    turns = [turn for lane in flow.lanes for turn in lane.turns]
    spine = [turn.main.to for turn in turns if turn.main]
    assert spine == [
        "applicant",
        "activist",
        "target",
        "examined",
        "pre_reviewed",
        "meeting_passed",
        "probationary",
        "full",
    ]
    assert {turn.step: [outcome.to for outcome in turn.back] for turn in turns if turn.back} == {
        "pre_review": ["target", "target"],
        "admit": ["target"],
        "approve": ["target"],
    }
    assert [outcome.to for turn in turns for outcome in turn.branches] == ["extended", "revoked"]
    assert len(flow.lanes) == 5
    assert "leave" in flow.side_acts


def test_what_is_refused_or_returned_is_dashed():
    assert len(dashed(drawn())) > 15
    solid = edition()
    reasons = sum(outcome.reason for step in solid.steps.values() for outcome in step.outcomes.values())
    assert reasons == 1
    assert len(dashed(drawn(of=solid))) == 1 + 2  # the loop of the refusal, and two lines of the legend


def test_a_return_within_a_row_and_over_several_rows_goes_through_the_gap_beside_the_state():
    same_row = planted("to: back}", "to: back}\n      again: {zh: 重来, en: again, to: lent, reason: true}")
    assert len(dashed(drawn(of=same_row))) == 3 + 3
    stages = EDITION.replace(
        "  all: {zh: 全部, en: all}", "  all: {zh: 全部, en: all}\n  mid: {zh: 中, en: mid}\n  end: {zh: 末, en: end}"
    )
    far = stages.replace("    number: 2\n    zh: 借出", "    number: 2\n    stage: mid\n    zh: 借出")
    far = (
        far.replace("    number: 1\n    stage: all", "    number: 4\n    stage: end")
        .replace(
            "      asked: {zh: 已申请, en: asked}",
            "      asked: {zh: 已申请, en: asked}\n      undone: {zh: 作废, en: undone, to: lent, reason: true}",
        )
        .replace("    number: 3\n    zh: 归还", "    number: 3\n    stage: all\n    zh: 归还")
    )
    root = drawn(of=edition(far))
    assert "作废" in texts(root)
    assert len(dashed(root)) == 1 + 1 + 1 + 1 + 2  # drop, way along, way around, the loop of the refusal, the legend


def with_steps(last):
    """Return the small edition with further steps, up to one numbered ``last``."""
    return EDITION + "".join(
        f"  more_{number}:\n    number: {number}\n    stage: all\n    zh: 步骤{number}\n    en: Step {number}\n"
        f"    basis: art. 2\n    by: [desk]\n    from: [back]\n    outcomes:\n      done: {{zh: 完成, en: done}}\n"
        f"    evidence:\n      on: {{type: day, zh: 日期{number}, en: day {number}}}\n"
        for number in range(4, last + 1)
    )


def test_a_stage_of_many_steps_takes_further_rows():
    assert {"4", "13"} <= set(texts(drawn(of=edition(with_steps(13)))))


def test_a_procedure_too_long_for_the_paper_makes_the_page_longer():
    root = drawn(of=edition(with_steps(99)))
    _, _, wide, high = map(float, root.get("viewBox").split())
    assert wide / high < 297 / 210
    assert max(float(element.get("y")) for element in root.iter(f"{NAMESPACE}tspan")) < high


def test_a_name_too_long_for_its_box_is_still_written_out():
    name = "把借出的全部图书连同附件一并交还给原服务台" * 9
    long = edition(EDITION.replace("    zh: 归还\n", f"    zh: {name}\n"))
    assert name in texts(drawn(of=long))


def test_a_procedure_without_states_or_stages_is_a_row_of_steps():
    text = EDITION[: EDITION.index("stages:")] + EDITION[EDITION.index("record:") :]
    text = re.sub(r"^    (from|stage): .*\n", "", text, flags=re.MULTILINE)
    text = re.sub(r", to: \w+|, from: \[new\]", "", text)
    bare = edition(text)
    shown = texts(drawn(of=bare))
    assert "步骤" in shown
    assert "身份" not in shown
    assert "Steps" in texts(drawn("en", bare))
    assert mermaid(bare).splitlines()[-4:] == [
        "    [*] --> s_ask",
        "    s_ask --> s_lend",
        "    s_lend --> s_give_back",
        "    s_give_back --> [*]",
    ]
    side = edition(text.replace("  give_back:\n    number: 3\n", "  give_back:\n"))
    assert "第2条" in texts(drawn(of=side))


def test_an_overlay_is_named_and_its_steps_are_side_acts():
    root = drawn(of=newest("procuratorate"))
    assert any("叠加 procuratorate" in text for text in texts(root))
    assert any("党组研究" in text for text in texts(root))


def test_long_names_are_broken_where_reading_allows_it():
    assert wrap("报上级党委同意、公示并列为发展对象", 10, 80) == ["报上级党委同意、", "公示并列为发展对", "象"]
    assert wrap("第一，第二", 10, 25)[0] == "第一，"
    assert wrap("File with the committee", 10, 60) == ["File with", "the", "committee"]
    assert wrap("更换（本人）", 10, 30) == ["更换", "（本人）"]
    assert wrap("", 10, 30) == []


# ---------------------------------------------------------------------------------------------- Mermaid


@pytest.mark.parametrize("language", ["zh", "en"])
def test_mermaid_has_an_edge_for_every_state_step_and_outcome(language):
    shown = newest()
    lines = mermaid(shown, language).splitlines()
    assert lines[0] == "stateDiagram-v2"
    edges = [found.groups() for line in lines if (found := EDGE.fullmatch(line))]
    expected = [
        (f"s_{state}", f"s_{outcome.to}")
        for state in shown.states
        for step in shown.steps.values()
        for outcome in step.outcomes.values()
        if outcome.to and state in (outcome.start or step.start)
    ]
    assert sorted((one, other) for one, other, _ in edges if "[*]" not in (one, other)) == sorted(expected)
    assert ("[*]", "s_new", None) in edges
    assert ("s_full", "[*]", None) in edges


def test_mermaid_is_made_of_lines_that_its_grammar_knows():
    escaped = r"[^:;\"<>{}%]+(#\d+;[^:;\"<>{}%]*)*"
    edge = rf"(\[\*\]|s_\w+) --> (\[\*\]|s_\w+)( : {escaped})?"
    known = re.compile(rf"accTitle: .+|direction LR|state \"[^\"]+\" as s_\w+|{edge}|note right of s_\w+|end note")
    inside = False
    for line in map(str.strip, mermaid(newest(), "en").splitlines()[1:]):
        inside = (inside or line.startswith("note right")) and line != "end note"
        assert known.fullmatch(line) or inside, line


def test_mermaid_tells_in_a_note_what_leaves_a_state_as_it_is():
    text = mermaid(newest())
    note = text[text.index("note right of s_applicant") :].split("end note")[0]
    assert "2 党组织派人谈话：已谈话" in note
    assert "3 推荐和确定入党积极分子：暂不确定、退回补充材料" in note


def test_mermaid_text_is_escaped():
    assert safe('a;b:c"<d>#{%%}\n--> [*]') == "a#59;b#58;c#34;#60;d#62;#35;#123;#37;#37;#125; --#62; #91;*#93;"
    assert safe("第13步（预审）") == "第13步（预审）"
