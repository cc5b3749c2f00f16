"""Small laws in memory: a building permit in two editions with a town's overlay, and ways to plant faults in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workflow.law.loader import Conventions, Definitions, load_edition
from workflow.law.model import Coverage, Overlay, Transitions
from workflow.law.source import read_source
from workflow.law.timeline import Law
from workflow.prover import Part, prove

EDITION = """\
procedure: permit
edition: "2020-01-01"
title: {zh: 规划许可, en: Building permits}
source: {zh: 虚构, en: invented}
bodies:
  citizen: {zh: 申请人, en: applicant}
  office: {zh: 主管机关, en: office}
states:
  new: {zh: 未申请, en: not yet filed}
  filed: {zh: 已申请, en: filed}
  granted: {zh: 已许可, en: granted, final: true}
  closed: {zh: 已结束, en: closed, final: true}
initial: new
record:
  site:
    kind: {type: choice, zh: 用途, en: use, values: {house: {zh: 住宅, en: house}, shop: {zh: 商铺, en: shop}}}
    free_from: {type: plan, zh: 腾空之日, en: day on which the site is free}
derived:
  known_on: {zh: 知悉之日, en: day of knowledge, basis: art. 1, how: {first_filled: [notice.from_on, file.on]}}
  lapses_on: {zh: 失效之日, en: day of lapse, basis: art. 2, how: {plus: file.on, months: 12}}
  late_notice: {zh: 公示在后, en: notice too late, basis: art. 2, how: {before: [grant.on, notice.on]}}
steps:
  file:
    zh: 申请
    en: File
    basis: art. 1
    by: [citizen]
    from: [new]
    outcomes:
      filed: {zh: 已收, en: received, to: filed}
    evidence:
      on: {type: day, zh: 申请之日, en: day of filing}
  notice:
    zh: 公示
    en: Give notice
    basis: art. 2
    by: [office]
    from: [filed]
    outcomes:
      given: {zh: 已公示, en: given}
    evidence:
      from_on: {type: day, zh: 公示开始, en: first day}
      on: {type: day, zh: 公示结束, en: last day}
    rules:
      after_filing:
        kind: order
        chain: [file.on, notice.from_on]
        basis: art. 2
        text: {zh: 先申请后公示, en: notice follows the filing}
  grant:
    zh: 许可
    en: Grant
    basis: art. 2; art. 3
    by: [office]
    from: [filed]
    outcomes:
      granted: {zh: 许可, en: granted, to: granted}
      refused: {zh: 不予许可, en: refused, to: closed}
    evidence:
      on: {type: day, zh: 决定之日, en: day of the decision}
      longer: {type: paper, zh: 延长理由, en: reason for the longer time}
      body: {type: body, zh: 决定机关, en: who decided}
      late: {type: yes_no, zh: 公示在后, en: notice too late}
      fee: {type: count, zh: 费用, en: fee}
      heard_1: {type: person, zh: 受询人1, en: first neighbour heard}
      heard_2: {type: person, zh: 受询人2, en: second neighbour heard}
      visits: {type: days, zh: 到场, en: days of the visits}
    rules:
      in_time:
        kind: within
        from: file.on
        act: grant.on
        months: 2
        extension: {months: 6, reason: grant.longer}
        basis: art. 3
        text: {zh: 两个月内决定, en: decided within two months}
      notice:
        kind: working_days
        from: notice.from_on
        to: notice.on
        act: grant.on
        at_least: 5
        basis: art. 2
        text: {zh: 公示五个工作日, en: five working days of notice}
      after_notice:
        kind: order
        chain: [notice.on, grant.on]
        strict: true
        basis: art. 2
        online: refuse
        text: {zh: 公示之后决定, en: decided after the notice}
"""
COVERAGE = """\
sources:
  gazette: {zh: 公报, en: gazette}
editions:
  "2020-01-01":
    last: 3
    articles:
      "1": {zh: 申请, en: filing, how: recorded, steps: [file], source: gazette}
      "2":
        zh: 公示
        en: notice
        how: enforced
        rules: [notice.after_filing, grant.notice, grant.after_notice]
        source: gazette
      "3": {zh: 期限, en: time, how: enforced, rules: [grant.in_time], source: gazette}
"""
OVERLAY = """\
overlay: town
procedure: permit
title: {zh: 某镇, en: a town}
source: {zh: 虚构, en: invented}
extends: ["2020-01-01"]
in_force: "2021-01-01"
add_steps:
  visit:
    zh: 踏勘
    en: Visit the site
    basis: local
    by: [office]
    from: [filed]
    outcomes:
      seen: {zh: 已踏勘, en: seen}
    evidence:
      on: {type: day, zh: 踏勘之日, en: day of the visit}
    rules:
      before_grant:
        kind: order
        chain: [visit.on, grant.on]
        basis: local; art. 3
        text: {zh: 先踏勘, en: the site is seen first}
steps:
  grant:
    rules:
      in_time:
        kind: within
        from: file.on
        act: grant.on
        months: 1
        basis: local
        text: {zh: 一个月内决定, en: decided within a month}
"""
TRANSITIONS = """\
procedure: permit
before_first: {zh: 适用第一版, en: under the first edition}
governed_by:
  act: {zh: 行为之日, en: day of the act}
  due: {zh: 期满之日, en: last day}
  presupposing: {zh: 后一步骤之日, en: day of the later step}
cut_overs:
  "2022-01-01": {zh: 当日起, en: from this day on}
local_choices:
  - {rule: grant.in_time, governed_by: due, from: "2022-01-01", author: 某局, document: 一号}
"""
CONVENTIONS = """\
conventions:
  months:
    zh: 日历月
    en: calendar months
    reason: {zh: 通常理解, en: plain reading}
    alternatives: {zh: 三十日, en: thirty days}
    basis: custom 1; art. 3
"""
NEWER = EDITION.replace("2020-01-01", "2022-01-01")
FRAME = "basis: art. 3, text: {zh: 规则, en: rule}"
BOTH = COVERAGE + COVERAGE.partition("editions:\n")[2].replace("2020-01-01", "2022-01-01")


def replaced(text: str, old: str, new: str) -> str:
    """Return ``text`` with a fault planted where ``old`` stands, once."""
    assert text.count(old) == 1, (text.count(old), old)
    return text.replace(old, new)


def rule(name: str, demand: str) -> str:
    """Return one more rule of the last step, ``grant``, from what it demands."""
    return f"      {name}: {{{demand}, {FRAME}}}\n"


def line_of(text: str, first: str, *then: str) -> int:
    """Return the line on which ``first`` stands, or the last of ``then``, each looked for after the one before."""
    position = -1
    for mark in (first, *then):
        position = text.index(mark, position + 1)
    return text.count("\n", 0, position) + 1


@dataclass
class Files:
    """The files of a law; what is empty is not there."""

    edition: str = EDITION
    newer: str = ""
    coverage: str = COVERAGE
    overlays: Mapping[str, str] = field(default_factory=dict)
    transitions: str = ""
    conventions: str = ""

    def law(self) -> Law:
        """Return the law that stands in the files, with their names in its sources."""
        loaded = Definitions("permit")
        for text in filter(None, (self.edition, self.newer)):
            edition, source = load_edition(text, "edition.yaml" if text is self.edition else "newer.yaml")
            loaded.editions.append(edition)
            loaded.sources[edition.edition.isoformat()] = source
        for name, text in self.overlays.items():
            source = loaded.sources[f"overlay:{name}"] = read_source(text, f"{name}.yaml")
            loaded.overlays[name] = Overlay.model_validate(source.value)
        if self.coverage:
            source = loaded.sources["coverage"] = read_source(self.coverage, "coverage.yaml")
            loaded.coverage = Coverage.model_validate(source.value)
        if self.transitions:
            source = loaded.sources["transitions"] = read_source(self.transitions, "transitions.yaml")
            loaded.transitions = Transitions.model_validate(source.value)
        if self.conventions:
            source = loaded.sources["conventions"] = read_source(self.conventions, "conventions.yaml")
            loaded.conventions = Conventions.model_validate(source.value).conventions
        return Law(loaded)


def whole() -> Files:
    """Return a law with one file of each sort."""
    return Files(
        newer=NEWER, coverage=BOTH, overlays={"town": OVERLAY}, transitions=TRANSITIONS, conventions=CONVENTIONS
    )


def places(part: Part) -> list[tuple[str, int]]:
    """Return file and line of every fault of a proof."""
    return [(fault.file, fault.line) for fault in part.faults]


def proof_of(law: Law, name: str) -> Part:
    """Return the proof with this English name."""
    return next(part for part in prove(law).parts if part.name.en == name)


def refuted(files: Files) -> dict[str, list[tuple[str, int]]]:
    """Return the names of the proofs that fail, with the places of their faults."""
    return {part.name.en: places(part) for part in prove(files.law()).parts if not part.holds}


def said(law: Law, name: str) -> str:
    """Return what one proof says in English of the only thing that stands against it."""
    (fault,) = proof_of(law, name).faults
    return fault.what.en
