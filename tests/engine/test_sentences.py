"""Every refusal is two sentences and a remedy, in Chinese first and in English."""

from __future__ import annotations

import ast
import inspect
import re
from datetime import date
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest

import workflow.engine
from tests.engine.office import Bureau
from tests.engine.stages import until
from workflow.errors import WorkflowError

D = date
CHINESE = re.compile("[\u4e00-\u9fff]")
LETTER = re.compile(r"\w")
MODULES = [import_module(f"workflow.engine.{one.name}") for one in iter_modules(workflow.engine.__path__)]
ERRORS = {name for module in MODULES for name, found in vars(module).items()
          if inspect.isclass(found) and issubclass(found, WorkflowError)}  # fmt: skip
OWN_WORDS = {name for module in MODULES for name, found in vars(module).items()
             if inspect.isclass(found) and issubclass(found, WorkflowError) and "__init__" in vars(found)}  # fmt: skip


def calls(tree):
    """Return the calls in a piece of code with the name of what is called."""
    found = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return [(node.func.id, node) for node in found if isinstance(node.func, ast.Name)]


def dumb(source: str) -> list[int]:
    """Return the lines on which an error without a remedy is made."""
    return [
        node.lineno for name, node in calls(ast.parse(source))
        if name in ERRORS - OWN_WORDS | {"WorkflowError"} and len(node.args) < 2
        and not any(isinstance(given, ast.Starred) for given in node.args)
    ]  # fmt: skip


def spoken(node) -> str:
    """Return the fixed words of a string or f-string."""
    parts = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    return "".join(parts)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_every_error_that_the_engine_raises_has_a_remedy(module):
    assert dumb(Path(module.__file__).read_text("utf-8")) == []


def test_an_error_without_a_remedy_is_found():
    assert dumb('raise NotAmendable(Text("不行", "no"))') == [1]
    assert dumb('raise NotAmendable(Text("不行", "no"), Text("请", "do"))') == []


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_every_sentence_is_there_in_both_languages(module):
    for name, node in calls(ast.parse(Path(module.__file__).read_text("utf-8"))):
        literal = all(isinstance(given, ast.Constant | ast.JoinedStr) for given in node.args)
        if name == "Text" and len(node.args) == 2 and literal:
            zh, en = map(spoken, node.args)
            if not LETTER.search(zh + en):  # nothing of its own is said: others' words are put together
                continue
            assert CHINESE.search(zh), (node.lineno, zh)
            assert en, node.lineno
            assert not CHINESE.search(en), (node.lineno, en)


def test_what_is_said_at_the_desk(office: Bureau) -> None:
    """Read some of every room aloud: what happened, and what to do."""
    case = until(office, "file_activist")
    said: dict[str, WorkflowError] = {}
    on = D(2026, 7, 5)
    name = {"name_1": "甲"}
    attempts = [
        lambda: office.take("secretary", case, "dance danced", on),
        lambda: office.take("secretary", case, "admit passed", on),
        lambda: office.take("secretary", case, "contacts assigned", on, evidence={"colour": "红"}),
        lambda: office.take("secretary", case, "contacts assigned", on),
        lambda: office.take("secretary", case, "contacts assigned", on, evidence=name, irregular=True, reason="误"),
        lambda: office.take("secretary", case, "contacts assigned", on, evidence=name, seen=1),
        lambda: office.take("approver", case, "contacts assigned", on, evidence=name),
        lambda: office.take("secretary", "2026-999999", "contacts assigned", on, evidence=name, seen=0),
        lambda: office.take("secretary", case, "leave struck_off", on),
        lambda: office.take("secretary", case, "move handed_over", on),
        lambda: office.take("secretary", case, "contacts assigned", on, evidence=name, meeting="一次会"),
        lambda: office.correct("secretary", case, 99, {}),
        lambda: office.correct("secretary", case, 5, {}),
        lambda: office.supplement("secretary", case, "talk", {}),
        lambda: office.offer("secretary", case, "党委", on),
        lambda: office.open(on, "approver"),
        lambda: office.open(on, name="secretary"),
    ]
    for attempt in attempts:
        with pytest.raises(WorkflowError) as caught:
            attempt()
        said[type(caught.value).__name__] = caught.value
    assert len(said) >= 12
    for kind, error in said.items():
        assert CHINESE.search(error.what.zh), kind
        assert error.what.en != error.what.zh, kind
        refusals = getattr(error, "refusals", None)
        for remedy in [error.remedy] if refusals is None else [one.remedy for one in refusals]:
            assert remedy is not None, kind
            assert CHINESE.search(remedy.zh), kind
            assert remedy.en, kind
