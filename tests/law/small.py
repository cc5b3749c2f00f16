"""A small invented law, a library that lends books, as text in which tests plant faults."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import indent

import pytest

from workflow.law.kinds import Kind
from workflow.law.loader import load_edition
from workflow.law.model import Edition, Overlay, RuleDef
from workflow.law.source import DefinitionError, Fault, Source, read_source

DAY = "2020-01-01"
TEXT = {"zh": "规则", "en": "rule"}
EDITION = """\
procedure: lending
edition: "2020-01-01"
title: {zh: 借阅办法, en: Rules on lending}
source: {zh: 虚构, en: invented}
bodies:
  reader: {zh: 读者, en: reader}
  desk: {zh: 服务台, en: desk}
stages:
  all: {zh: 全部, en: all}
states:
  new: {zh: 未借, en: new}
  lent: {zh: 借出, en: lent}
  back: {zh: 已还, en: back, final: true}
initial: new
record:
  person:
    born_on: {type: plan, zh: 出生日期, en: day of birth}
    name: {type: person, zh: 姓名, en: name}
derived:
  asked_on: {zh: 申请日, en: day asked, basis: art. 1, how: {first_filled: [ask.on, lend.on]}}
  due_on: {zh: 应还日, en: day due, basis: art. 2, how: {plus: lend.on, months: 1}}
  early: {zh: 提前, en: early, basis: art. 2, how: {before: [give_back.on, due_on]}}
  lapsed: {zh: 未通过, en: lapsed, basis: art. 1, how: {lapsed_vote: ask, unless: {filled: [lend.on], reached: lend}}}
steps:
  ask:
    number: 1
    stage: all
    zh: 申请
    en: Ask
    basis: art. 1
    by: [reader]
    power: [desk]
    from: [new]
    outcomes:
      asked: {zh: 已申请, en: asked}
      refused: {zh: 拒绝, en: refused, from: [new], by: [desk], reason: true, fills: refused_on}
    evidence:
      on: {type: day, zh: 申请日期, en: day asked, required: true}
      refused_on: {type: day, zh: 拒绝日期, en: day refused}
      due: {type: count, zh: 应到, en: due}
      present: {type: count, zh: 实到, en: present}
      in_favour: {type: count, zh: 赞成, en: in favour}
      way: {type: choice, zh: 方式, en: way, values: {secret: {zh: 无记名, en: secret}, open: {zh: 举手, en: open}}}
      agreed: {type: yes_no, zh: 同意, en: agreed}
      one: {type: person, zh: 甲, en: one}
      other: {type: person, zh: 乙, en: other}
      remark: {type: text, zh: 备注, en: remark}
  lend:
    number: 2
    zh: 借出
    en: Lend
    basis: art. 2
    by: [desk]
    from: [new]
    outcomes:
      lent: {zh: 借出, en: lent, to: lent}
    evidence:
      on: {type: day, zh: 借出日期, en: day lent, required: true}
      body: {type: body, zh: 机构, en: body}
      reminders: {type: days, zh: 提醒日期, en: reminders}
    rules:
      in_order:
        kind: order
        chain: [ask.on, lend.on]
        basis: art. 2
        codes: L01
        online: refuse
        text: {zh: 先申请后借出, en: asked before lent}
  give_back:
    number: 3
    zh: 归还
    en: Give back
    basis: art. 2
    by: [reader]
    from: [lent]
    outcomes:
      back: {zh: 已还, en: given back, to: back}
    evidence:
      on: {type: day, zh: 归还日期, en: day given back}
    rules:
      in_a_month:
        kind: within
        from: lend.on
        act: give_back.on
        months: 1
        basis: art. 2; art. 3(1)
        codes: {late: L02}
        text: {zh: 一个月内归还, en: back within a month}
"""
OVERLAY = """\
overlay: town
procedure: lending
title: {zh: 本地, en: town}
source: {zh: 虚构, en: invented}
extends: ["2020-01-01"]
in_force: "2021-01-01"
"""
WORDING = "basis: art. 1\ntext: {zh: 规则, en: rule}\n"


def rule(parameters: str, **more: str) -> str:
    """Return the YAML of a rule from its parameters and whatever else it says."""
    return parameters.strip() + "\n" + "".join(f"{key}: {value}\n" for key, value in more.items()) + WORDING


def with_rule(parameters: str, name: str = "planted", **more: str) -> str:
    """Return the edition with one more rule, at its end."""
    return f"{EDITION}      {name}:\n{indent(rule(parameters, **more), ' ' * 8)}"


def changed(text: str, old: str, new: str) -> str:
    """Return ``text`` with the one place that says ``old`` saying ``new``."""
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
    return text.replace(old, new)


def line_under(text: str, path: str) -> int:
    """Return the line of a path of keys, found by going down through the text; of its longest part that is there."""
    at = found = 0
    for key in path.split("."):
        match = re.compile(rf"(^ *|[{{,] ?){key}:", re.MULTILINE).search(text, at)
        if match is None:
            break
        at, found = match.end(), match.end()
    return text.count("\n", 0, found) + 1


def edition(text: str = EDITION) -> Edition:
    """Return an edition that loads."""
    return load_edition(text, "small.yaml")[0]


def faults(text: str) -> tuple[Fault, ...]:
    """Return the faults for which an edition is refused."""
    with pytest.raises(DefinitionError) as caught:
        load_edition(text, "small.yaml")
    return caught.value.faults


def overlay(text: str) -> tuple[Overlay, Source]:
    """Return an overlay from its text after the head."""
    source = read_source(OVERLAY + text, "overlays/town.yaml")
    assert source.faults == []
    return Overlay.model_validate(source.value), source


def demand(**parameters: object) -> Kind:
    """Return the demand of a rule with these parameters; ``from_`` stands for ``from``."""
    flat = {key.rstrip("_"): value for key, value in parameters.items()}
    return RuleDef.model_validate({"basis": "art. 1", "text": TEXT, **flat}).demand


def folder(root: Path, **files: str) -> Path:
    """Write definitions: ``lending__x`` is lending/x.yaml; return their root."""
    for name, text in files.items():
        path = root / (name.replace("__", "/") + ".yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root
