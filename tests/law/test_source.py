"""YAML text to values with lines: what is understood, and every surprise a fault with its line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.errors import Text
from workflow.law.source import DEEPEST, LARGEST, LONGEST, DefinitionError, Fault, read_source


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: 1", {"a": 1}),
        ("a: -12", {"a": -12}),
        ("a: 007", {"a": "007"}),
        ("a: 1.5", {"a": "1.5"}),
        ("a: ３", {"a": "３"}),  # a full-width digit is no number
        (f"a: {'9' * 5000}", {"a": "9" * 5000}),
        ("a: 2026-05-11", {"a": "2026-05-11"}),
        ("a: no", {"a": "no"}),
        ("a: on", {"a": "on"}),
        ("on: yes", {"on": "yes"}),
        ("a: true", {"a": True}),
        ("a: false", {"a": False}),
        ("a: True", {"a": "True"}),
        ("a: null\nb: ~\nc:", {"a": None, "b": None, "c": None}),
        ("a: 'true'\nb: \"12\"\nc: ''", {"a": "true", "b": "12", "c": ""}),
        ("a: |\n  12\n", {"a": "12\n"}),
        ("a: [1, [b, {c: d}], {}]", {"a": [1, ["b", {"c": "d"}], {}]}),
        ("- a\n- b: 1\n", ["a", {"b": 1}]),
        ("word", "word"),
        ("\ufeffa: 1", {"a": 1}),
        ("? a\n: 1", {"a": 1}),
        ("a: &name 1", {"a": 1}),
    ],
)
def test_text_words_numbers_and_yes_or_no_are_understood(text, value):
    source = read_source(text, "x.yaml")
    assert (source.value, source.faults) == (value, [])


@pytest.mark.parametrize(
    ("text", "line", "where", "message"),
    [
        ("", 1, "", "the file is empty"),
        ("# nothing\n", 1, "", "the file is empty"),
        ("a: 1\nb: 2\na: 3", 3, "a", "the key “a” stands twice"),
        ("a:\n  b: 1\n  b:\n    c: 2", 3, "a.b", "the key “b” stands twice"),
        ("a: 1\nb:\n\tc: 2", 3, "", "cannot start any token"),
        ("a: [1, 2\nb: 3", 2, "", "did not find expected"),
        ("a: 'x\n\n", 2, "", "unexpected end of stream"),
        ("a: 1\n---\nb: 2", 2, "", "a second document begins here"),
        ("a: 1\nb: &x [1, *x]", 2, "b.1", "references are not understood"),
        ("a: &x {b: 1}\nc:\n  <<: *x", 3, "c.<<", "references are not understood"),
        ("a: *unknown", 1, "a", "references are not understood"),
        ("a: !!python/name:os.system x", 1, "a", "tags are not understood"),
        ("a: 1\nb: !set {c: 1}", 2, "b", "tags are not understood"),
        ("a:\n  ? [b, c]\n  : 1", 2, "a", "a key is a word"),
        ("a: \x00", 1, "", "control characters are not allowed"),
        ("a: \ud800", 1, "", "surrogates not allowed"),
        ("%YAML 3.0\n---\na: 1", 1, "", "incompatible YAML document"),
        ("[" * 100_000, 1, "", "nested too deeply"),
        ("- " * 100_000, 1, "", "nested too deeply"),
        ("? " * 1000, 1, "", "nested too deeply"),
        ("x" * (LARGEST + 1), 1, "", f"more than {LARGEST} characters"),
    ],
)  # fmt: skip
def test_a_surprise_is_a_fault_with_its_line(text, line, where, message):
    found = read_source(text, "x.yaml").faults
    assert (found[-1].file, found[-1].line, found[-1].where) == ("x.yaml", line, where)
    assert message in found[-1].what.en


def test_many_references_to_references_cost_nothing():
    bomb = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))
    assert len(read_source(bomb, "x.yaml").faults) == 29 * 9


def test_what_stands_first_is_kept_and_pointed_at():
    source = read_source("a:\n  b: 1\na:\n  b: 2\n", "x.yaml")
    assert source.value == {"a": {"b": 1}}
    assert source.line(("a", "b")) == 2


def test_a_text_that_breaks_off_has_no_value():
    assert read_source("a: 1\nb: [", "x.yaml").value is None


def test_a_path_that_does_not_stand_in_the_file_has_the_line_of_what_holds_it():
    source = read_source("a:\n  b:\n    c: 1\n", "x.yaml")
    assert [source.line(path) for path in (("a", "b", "c"), ("a", "b", "x", "y"), ("z",), ())] == [3, 2, 1, 1]


def test_depth_is_allowed_up_to_the_limit():
    assert read_source("[" * DEEPEST + "]" * DEEPEST, "x.yaml").faults == []


def test_a_fault_reads_as_editors_understand_it():
    what = Text("错", "wrong")
    assert str(Fault("x.yaml", 3, "a.b", what)) == "x.yaml:3: a.b: 错 / wrong"
    assert str(Fault("x.yaml", 3, "", what)) == "x.yaml:3: 错 / wrong"


@pytest.mark.parametrize(("length", "shown"), [(LONGEST, "键" * LONGEST), (LONGEST + 1, "键" * LONGEST + "…")])
def test_a_long_key_is_cut_where_a_fault_names_it(length, shown):
    key = "键" * length
    (fault,) = read_source(f"a:\n  {key}: 1\n  {key}: 2\n", "x.yaml").faults
    assert str(fault) == f"x.yaml:3: a.{shown}: 重复的键“{shown}” / the key “{shown}” stands twice"


def test_an_error_lists_all_faults():
    what = Text("错", "wrong")
    error = DefinitionError([Fault("x.yaml", 3, "", what), Fault("y.yaml", 4, "", what)])
    assert str(error).splitlines() == [
        "定义有 2 处错误 / the definitions have 2 fault(s)",
        "  x.yaml:3: 错 / wrong",
        "  y.yaml:4: 错 / wrong",
    ]


@given(st.text(alphabet=st.characters(codec=None) | st.sampled_from("\n\t :-[]{}&*!?|>'\"#%@,"), max_size=200))
def test_no_text_raises_anything(text):
    source = read_source(text, "x.yaml")
    assert source.faults or source.lines
