"""Folders of definition files: what loads, and that all faults of all files are reported at once, with their lines."""

from __future__ import annotations

import re
from pathlib import Path
from zipfile import Path as ZipPath
from zipfile import ZipFile

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.law.small import DAY, EDITION, OVERLAY, changed, demand, edition, faults, folder, line_under, with_rule
from workflow.law.loader import definitions_root, load_definitions, load_edition, load_edition_file
from workflow.law.model import RuleDef
from workflow.law.source import LARGEST, DefinitionError
from workflow.law.timeline import load_law

SHIPPED = Path(__file__).parents[2] / "definitions"
SHIPPED_TEXT = {path.stem: path.read_text(encoding="utf-8") for path in SHIPPED.glob("recruitment/2*.yaml")}
EDITION_FILE = f"lending__{DAY}"
TRANSITIONS = """\
procedure: lending
before_first: {zh: 以前, en: before}
governed_by: {act: {zh: 行为, en: act}}
cut_overs: {}
local_choices: []
"""
CONVENTIONS = """\
conventions:
  months: {zh: 月, en: months, reason: {zh: 因, en: why}, alternatives: {zh: 无, en: none}, basis: art. 1}
"""
COVERAGE = """\
sources: {gazette: {zh: 公报, en: gazette}}
editions:
  "2020-01-01":
    last: 1
    articles: {"1": {zh: 申请, en: asking, how: guidance, source: gazette}}
"""


def refused(root: Path) -> list[str]:
    """Return all faults of a folder, as they are shown."""
    with pytest.raises(DefinitionError) as caught:
        load_law(root, "lending")
    return [str(fault) for fault in caught.value.faults]


def test_everything_of_a_procedure_is_loaded(tmp_path):
    root = folder(
        tmp_path, **{EDITION_FILE: EDITION}, lending__coverage=COVERAGE, lending__transitions=TRANSITIONS,
        lending__conventions=CONVENTIONS, overlays__town=OVERLAY,
        overlays__other=OVERLAY.replace("lending", "building").replace("town", "other"),
    )  # fmt: skip
    (tmp_path / "lending" / "._2020-01-01.yaml").write_bytes(b"\x00\x05")
    (tmp_path / "lending" / "notes.txt").write_text("not ours", encoding="utf-8")
    (tmp_path / "lending" / "old.yaml").mkdir()
    loaded = load_definitions(root, "lending")
    assert [one.edition.isoformat() for one in loaded.editions] == [DAY]
    assert loaded.coverage
    assert loaded.transitions
    assert (list(loaded.conventions), list(loaded.overlays)) == (["months"], ["town"])
    assert list(loaded.sources) == [DAY, "conventions", "coverage", "transitions", "overlay:town"]


def test_a_packed_folder_loads_like_any_other(tmp_path):
    with ZipFile(tmp_path / "law.zip", "w") as packed:
        packed.writestr(f"lending/{DAY}.yaml", EDITION)
    assert load_law(ZipPath(tmp_path / "law.zip"), "lending").editions[0].procedure == "lending"


def test_the_shipped_definitions_are_found():
    assert definitions_root().joinpath("recruitment", "2026-05-11.yaml").is_file()
    assert definitions_root(str(SHIPPED)) == SHIPPED


def test_editions_are_in_the_order_of_their_days(tmp_path):
    later = EDITION.replace('"2020-01-01"', '"2021-01-01"')
    root = folder(tmp_path, **{"lending__2021-01-01": later, EDITION_FILE: EDITION})
    assert [one.edition.year for one in load_definitions(root, "lending").editions] == [2020, 2021]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"building__2020-01-01": EDITION}, "{root}/lending:1: 没有程序“lending”的定义"),
        ({"lending__coverage": COVERAGE}, "lending:1: 没有任何版本 / there is no edition"),
        ({"lending__2020-01-02": EDITION},
         "lending/2020-01-02.yaml:2: edition: 文件名应为 lending/2020-01-01.yaml"),
        ({EDITION_FILE: EDITION.replace("procedure: lending", "procedure: selling")},
         "lending/2020-01-01.yaml:2: edition: 文件名应为 selling/2020-01-01.yaml"),
        ({EDITION_FILE: EDITION, "overlays__village": OVERLAY},
         "overlays/village.yaml:1: overlay: 文件名应为 overlays/town.yaml / file name and overlay do not agree"),
        ({EDITION_FILE: ""}, "lending/2020-01-01.yaml:1: 文件是空的 / the file is empty"),
        ({EDITION_FILE: EDITION, "overlays__town": ""}, "overlays/town.yaml:1: 文件是空的 / the file is empty"),
        ({EDITION_FILE: EDITION, "lending__coverage": "sources: {}\n"},
         "lending/coverage.yaml:1: editions: 不合格式：缺少这一项 / Field required"),
        ({EDITION_FILE: EDITION, "lending__transitions": "[]"},
         "lending/transitions.yaml:1: 不合格式：应为键和值"),
        ({EDITION_FILE: EDITION, "overlays__town": OVERLAY + 'until: "2021-01-01"\n'},
         "overlays/town.yaml:1: 不合格式：until lies after in_force / until lies after in_force"),
        ({EDITION_FILE: EDITION + "x" * LARGEST},
         f"lending/2020-01-01.yaml:1: 文件过大 / more than {LARGEST} characters"),
    ],
)  # fmt: skip
def test_a_fault_of_a_file_is_found(tmp_path, files, expected):
    (fault,) = refused(folder(tmp_path, **files))
    assert fault.split(" / ")[0] in expected.replace("{root}", str(tmp_path))


def test_two_files_cannot_be_the_edition_of_one_day(tmp_path):
    root = folder(tmp_path, **{EDITION_FILE: EDITION, "lending__2020-01-01b": EDITION})
    assert [line.split(": ", 1)[0] for line in refused(root)] == ["lending/2020-01-01b.yaml:2"]


def test_a_file_that_is_no_text_is_a_fault(tmp_path):
    root = folder(tmp_path, **{EDITION_FILE: EDITION})
    (root / "lending" / f"{DAY}.yaml").write_bytes(EDITION.encode("gb18030"))
    assert refused(root) == ["lending/2020-01-01.yaml:1: 不是 UTF-8 编码的文本 / not text in UTF-8"]


def test_the_faults_of_all_files_are_reported_at_once_in_their_order(tmp_path):
    broken = changed(EDITION, "chain: [ask.on, lend.on]", "chain: [ask.on, lend.day]")
    root = folder(
        tmp_path, **{EDITION_FILE: broken + "more: 1\n"}, lending__coverage="a: [", lending__conventions="months: 1",
        overlays__town=OVERLAY.replace("title", "name"),
    )  # fmt: skip
    assert [(line.split(":")[0], int(line.split(":")[1])) for line in refused(root)] == [
        ("lending/2020-01-01.yaml", line_under(broken, "steps.lend.rules.in_order")),
        ("lending/2020-01-01.yaml", broken.count("\n") + 1),
        ("lending/conventions.yaml", 1),
        ("lending/conventions.yaml", 1),
        ("lending/coverage.yaml", 1),
        ("overlays/town.yaml", 1),
        ("overlays/town.yaml", 3),
    ]


FORM = [
    # what stands in the text, what somebody wrote, where, what is said in both languages
    ("codes: L01", "code: L01", "lend.rules.in_order.code", "没有这个键 ('L01')"),
    ("        text: {zh: 先申请后借出, en: asked before lent}\n", "", "lend.rules.in_order.text", "缺少这一项"),
    ("en: asked before lent", 'en: ""', "lend.rules.in_order.text.en", "不能为空 ('')"),
    ("kind: order", "kind: orders", "lend.rules.in_order", "没有这一类 / Input tag 'orders'"),
    ("kind: order\n", "\n", "lend.rules.in_order", "没有写明种类"),
    ("months: 1\n", "months: soon\n", "give_back.rules.in_a_month.months", "应为整数 ('soon')"),
    ("months: 1\n", "months: 13000\n", "give_back.rules.in_a_month.months", "数值过大 (13000)"),
    ("months: 1\n", "months: 0\n", "give_back.rules.in_a_month", "give either months or days, and at least 1"),
    ("basis: art. 2; art. 3(1)", "basis: article 2", "give_back.rules.in_a_month.basis", "写法不对 ('article 2')"),
    ("online: refuse", "online: refused", "lend.rules.in_order.online", "写法不对 ('refused')"),
    ("number: 1\n", "number: 0\n", "ask.number", "数值过小 (0)"),
    ("    number: 3\n", "    nummer: 3\n", "give_back.nummer", "没有这个键 (3)"),
    ("ask.on, lend.on]\n", "ask.on]\n", "lend.rules.in_order.chain", "项数不足"),
    ("    by: [desk]\n    from: [new]", "    by: desk\n    from: [new]", "lend.by", "应为列表 ('desk')"),
    ("on: {type: day, zh: 借出", "on: {type: dayy, zh: 借出", "lend.evidence.on.type", "没有这个取值 ('dayy')"),
    ("on: {type: day, zh: 借出日期", "on: {type: day, values: {a: {zh: 甲, en: a}}, zh: 借出日期", "lend.evidence.on",
     "values belong to a choice"),
    ("required: true}\n      refused_on", "required: perhaps}\n      refused_on", "ask.evidence.on.required",
     "应为 true 或者 false ('perhaps')"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "where", "message"), FORM)
def test_what_has_not_the_form_of_a_definition_is_a_fault_at_its_line(old, new, where, message):
    text = changed(EDITION, old, new)
    path = f"steps.{where}"
    in_text = path.removesuffix(".text") if message.startswith("缺少") else path
    found = faults(text)
    assert [(fault.where, fault.line) for fault in found] == [(path, line_under(text, in_text))]
    assert message in str(found[0].what)


SET_BY_THE_PROGRAM = [
    # what stands in the text, what somebody wrote, where
    ("zh: 申请日期", "added_by: town, zh: 申请日期", "steps.ask.evidence.on.added_by"),
    ("born_on: {", 'born_on: {added_by: "", ', "record.person.born_on.added_by"),
    ("initial: new", "initial: new\noverlays: [town]", "overlays"),
    ("initial: new", "initial: new\noverlays: []", "overlays"),
    ("codes: L01", "codes: L01\n        added_by: {zh: 本地, en: town}", "steps.lend.rules.in_order.added_by"),
    ("codes: L01", "codes: L01\n        demand: {kind: order}", "steps.lend.rules.in_order.demand"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "where"), SET_BY_THE_PROGRAM)
def test_what_the_program_sets_cannot_be_written(old, new, where):
    text = changed(EDITION, old, new)
    (fault,) = faults(text)
    assert (fault.where, fault.line) == (where, line_under(text, where))
    assert "没有这个键" in fault.what.zh


def test_what_the_program_sets_cannot_be_written_in_an_overlay(tmp_path):
    added = "steps: {lend: {evidence: {paper: {type: paper, zh: 证号, en: card, added_by: law}}}}\n"
    root = folder(tmp_path, **{EDITION_FILE: EDITION, "overlays__town": OVERLAY + added})
    (fault,) = refused(root)
    assert fault.startswith("overlays/town.yaml:7: steps.lend.evidence.paper.added_by: 不合格式：没有这个键 ('law')")


def test_a_rule_is_flat_and_a_demand_of_its_own_does_not_stand_for_it():
    demand = "demand: {kind: order, chain: [ask.on, lend.on]}\n        added_by: {zh: 本地, en: town}"
    text = changed(EDITION, "kind: order\n        chain: [ask.on, lend.on]", demand)
    (fault,) = faults(text)
    where = "steps.lend.rules.in_order.demand"
    assert (fault.where, fault.line) == (where, line_under(text, where))
    assert "没有写明种类" in fault.what.zh


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("{plus: lend.on, month: 1}", {"how.months": "缺少这一项", "how.month": "没有这个键"}),
        ("{plusses: lend.on}", {"how": "应写明算法"}),
        ("lend.on", {"how": "应写明算法"}),
        ("{first_filled: [lend.on]}", {"how.first_filled": "项数不足"}),
        ("{plus: lend.on, months: 9999}", {"how.months": "数值过大"}),
    ],
)
def test_a_derived_column_is_measured_against_the_way_that_it_names(how, expected):
    found = faults(changed(EDITION, "{plus: lend.on, months: 1}", how))
    said = {fault.where.removeprefix("derived.due_on."): fault.what.zh for fault in found}
    assert said.keys() == expected.keys()
    assert all(words in said[where] for where, words in expected.items())


def test_names_are_checked_even_where_the_form_is_wrong_elsewhere():
    text = changed(EDITION, "codes: L01", "code: L01")
    text = changed(text, "    number: 3", "    nummer: 3")
    text = changed(text, "plus: lend.on", "plus: lend.off")
    assert [fault.where for fault in faults(text)] == [
        "steps.lend.rules.in_order.code", "steps.give_back.nummer", "derived.due_on",
    ]  # fmt: skip


def test_where_too_little_is_left_only_the_form_is_judged():
    text = changed(changed(EDITION, "steps:\n", "stops:\n"), "plus: lend.on", "plus: lend.off")
    assert [fault.where for fault in faults(text)] == ["steps", "stops"]


def test_a_rule_may_be_given_whole_as_the_program_holds_it():
    one = edition().rules["lend.in_order"][1]
    assert RuleDef.model_validate(one.model_dump(by_alias=True)).demand == one.demand
    assert RuleDef.model_validate(one) is one
    assert demand(kind="order", chain=["ask.on", "lend.on"]) == demand(kind="order", chain=("ask.on", "lend.on"))


TOKENS = st.sampled_from(
    ["", " ", "\t", "null", "[]", "{}", "{a: 1}", "-1", "99999999", "art. 0", "*x", "&x", "!x", "'", '"', ": ", "- ",
     "#", "apply.on", "true", "2026-05-11", "日", "\x00", "\ufeff", "|", "1/0", "refuse", "zh"]
)  # fmt: skip


def words_of(text: str) -> list[str]:
    """Return a text in pieces that put together are the text: words, and what stands between them."""
    return re.split(r"([\w.]+)", text)


PIECES = {name: words_of(text) for name, text in SHIPPED_TEXT.items()}


def only_definition_errors(text: str) -> None:
    """Load a text; whatever it says, nothing but DefinitionError is raised, and each fault points into the file."""
    try:
        load_edition(text, "mutated.yaml")
    except DefinitionError as error:
        found = error.faults
    else:
        return
    assert found
    assert {fault.line for fault in found} <= set(range(1, max(len(text.splitlines()), 1) + 1))


@given(st.text(max_size=300))
@example("a: 1\n---\n")
@example("steps: {a: {rules: [1]}}")
@example("steps: {a: {rules: {b: 1}, x: {y: 1}}, b: 3}")
@example("derived: {a: {how: {plus: {x: 1}}}}")
def test_no_text_raises_anything_but_a_definition_error(text):
    only_definition_errors(text)


@given(st.sampled_from(sorted(PIECES)), st.data())
def test_no_mutation_of_the_shipped_law_raises_anything_but_a_definition_error(name, data):
    pieces = list(PIECES[name])
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(pieces) - 1))
        length = data.draw(st.sampled_from([0, 1, 1, 1, 2, 40]))
        donor = data.draw(st.integers(0, len(pieces) - 1))
        pieces[start : start + length] = data.draw(st.sampled_from([[data.draw(TOKENS)], pieces[donor : donor + 3]]))
    only_definition_errors("".join(pieces))


@given(st.data())
def test_no_mutation_of_a_small_law_raises_anything_but_a_definition_error(data):
    text = with_rule("kind: count\nof: [ask.one]\nmin: 1")
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 60)))
    only_definition_errors(text[:start] + data.draw(TOKENS) + text[end:])


def test_an_edition_may_stand_in_a_file_of_any_name(tmp_path):
    path = tmp_path / "lending rules.yaml"
    path.write_text(EDITION, encoding="utf-8")
    assert load_edition_file(path)[0] == edition(EDITION)
    path.write_text(changed(EDITION, "initial: new", "initial: newer"), encoding="utf-8")
    with pytest.raises(DefinitionError, match=r"lending rules\.yaml"):
        load_edition_file(path)
    with pytest.raises(FileNotFoundError):
        load_edition_file(tmp_path / "none.yaml")
