"""Changes between two editions as values: new, tighter, looser, changed, gone, or only said otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from workflow.law.kinds import Bilingual
from workflow.law.words import Words

LINE = 100  # columns of a terminal that a change may fill; a Chinese character fills two


class What(StrEnum):
    """The sorts of change, in the order in which people want to read them."""

    NEW = "new"
    TIGHTER = "tighter"
    LOOSER = "looser"
    CHANGED = "changed"
    GONE = "gone"
    REWORDED = "reworded"  # said otherwise, demanding the same


LABELS = {
    What.NEW: Bilingual(zh="新增", en="new"),
    What.TIGHTER: Bilingual(zh="更严", en="tighter"),
    What.LOOSER: Bilingual(zh="放宽", en="looser"),
    What.CHANGED: Bilingual(zh="改变", en="changed"),
    What.GONE: Bilingual(zh="取消", en="gone"),
    What.REWORDED: Bilingual(zh="说法", en="said otherwise"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One change in people's words; ``details`` are lines that stand under it."""

    what: What
    subject: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pair:
    """The words of the older and of the newer edition, in one language."""

    old: Words
    new: Words

    def at(self, step: str) -> Pair:
        """Return both, spoken while looking at ``step``."""
        return Pair(self.old.at(step), self.new.at(step))

    def pick(self, zh: str, en: str) -> str:
        """Return the sentence in the language at hand."""
        return self.new.pick(zh, en)

    def turn(self, label: str, old: str, new: str) -> tuple[str, ...]:
        """Return what was and what is, on two lines where it is long; nothing when they are the same."""
        if old == new:
            return ()
        none, colon = self.pick("无", "none"), self.pick("：", ": ")
        old, new = old or none, new or none
        if len(old) + len(new) <= (LINE if self.new.language == "en" else LINE // 2):
            return (f"{label}{colon}{old} → {new}",)
        was, now = self.pick("（原）", ", before"), self.pick("（现）", ", now")
        return (f"{label}{was}{colon}{old}", f"{label}{now}{colon}{new}")


def change_lines(changes: Iterable[Change], words: Words) -> Iterator[str]:
    """Yield changes as lines, each with what stands under it."""
    for change in changes:
        label = words.of(LABELS[change.what])
        yield "  " + words.pick(f"【{label}】{change.subject}", f"[{label}] {change.subject}")
        yield from (f"      {line}" for line in change.details)
