"""A small invented procedure of steps and rules without states: a library that lends; it uses what the law does not."""

from workflow.case.values import Value
from workflow.law.loader import Definitions, load_edition
from workflow.law.timeline import Law
from workflow.rules.rulebook import Rulebook

TEXT = """
procedure: lending
edition: "2020-01-01"
title: {zh: 借阅办法, en: Rules on lending}
source: {zh: 虚构, en: invented}
bodies: {desk: {zh: 服务台, en: desk}}
steps:
  lend:
    number: 1
    zh: 借出
    en: Lend
    basis: art. 1
    by: [desk]
    outcomes: {lent: {zh: 已借出, en: lent}}
    evidence:
      on: {type: day, zh: 借出日期, en: day lent, required: true}
      asked_on: {type: day, zh: 申请日期, en: day asked}
      written_on: {type: day, zh: 登记日期, en: day written down}
      reader: {type: person, zh: 读者, en: reader}
      witness: {type: person, zh: 见证人, en: witness}
      seats: {type: count, zh: 应到, en: due}
      taken: {type: count, zh: 实到, en: present}
      books: {type: count, zh: 册数, en: books}
    rules:
      written_down: {kind: recorded_within, act: lend.on, recorded: lend.written_on, days: 3, basis: art. 1, text: {zh: 三日内登记, en: written down within three days}}
      two_people: {kind: distinct, of: [lend.reader, lend.witness], basis: art. 2, online: refuse, text: {zh: 见证人不是读者本人, en: the witness is not the reader}}
      two_thirds: {kind: quorum, due: lend.seats, present: lend.taken, more_than: 2/3, basis: art. 3, text: {zh: 超过三分之二, en: more than two thirds}}
      not_too_many: {kind: count, amount: lend.books, max: 5, basis: art. 4, text: {zh: 不超过五册, en: five books at most}}
      cooled_off: {kind: not_before, from: lend.asked_on, act: lend.on, days: 2, basis: art. 5, online: refuse, text: {zh: 申请两日后借出, en: lent two days after asking}}
  give_back:
    number: 2
    zh: 归还
    en: Give back
    basis: art. 6
    by: [desk]
    outcomes: {given_back: {zh: 已归还, en: given back}}
    evidence:
      on: {type: day, zh: 归还日期, en: day given back, required: true}
    rules:
      in_ten_days: {kind: within, from: lend.on, act: give_back.on, days: 10, basis: art. 6, text: {zh: 十日内归还, en: given back within ten days}}
  check:
    number: 3
    zh: 清点
    en: Check
    basis: art. 7
    by: [desk]
    day: days
    repeats: true
    outcomes: {checked: {zh: 已清点, en: checked}}
    evidence:
      days: {type: days, zh: 清点日期, en: days checked, required: true}
    rules:
      monthly: {kind: every, from: lend.on, days: check.days, months: 1, basis: art. 7, text: {zh: 每月清点, en: checked every month}}
"""


def small_law(text: str = TEXT) -> Law:
    """Return a law of one small edition."""
    edition, source = load_edition(text, "lending.yaml")
    return Law(Definitions("lending", [edition], sources={edition.edition.isoformat(): source}))


LAW = small_law()
BOOK = Rulebook(LAW, LAW.timeline())
NOTHING: dict[str, Value] = {}
