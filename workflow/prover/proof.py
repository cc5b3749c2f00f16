"""What the prover says: one part a proof, with what it ranged over and what stands against it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from workflow.errors import Text
from workflow.law.source import Fault


@dataclass(frozen=True, slots=True)
class Part:
    """One proof: its name, how many things it ranged over, and the faults that refute it."""

    name: Text
    counts: tuple[tuple[Text, int], ...]  # what was looked at, and how many of them
    faults: tuple[Fault, ...] = ()

    @property
    def holds(self) -> bool:
        """Tell whether nothing stands against the proof."""
        return not self.faults

    @property
    def proved(self) -> Text:
        """Return what the proof ranged over, as one line."""
        zh = "，".join(f"{what.zh} {number}" for what, number in self.counts)
        en = ", ".join(f"{what.en}: {number}" for what, number in self.counts)
        return Text(zh, en)


@dataclass(frozen=True, slots=True)
class Proof:
    """All proofs about one law, in the order in which they were made."""

    parts: tuple[Part, ...]

    @property
    def holds(self) -> bool:
        """Tell whether every part holds."""
        return all(part.holds for part in self.parts)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Return the faults of all parts, each once, by file and line."""
        return in_order(fault for part in self.parts for fault in part.faults)


def in_order(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Return each fault once, by file and line; the same fault shows in every edition with that file under it."""
    return tuple(sorted(dict.fromkeys(faults), key=lambda fault: (fault.file, fault.line, fault.where, fault.what.en)))


def part(zh: str, en: str, counts: Iterable[tuple[str, str, int]], faults: Iterable[Fault]) -> Part:
    """Return a part from its name, its counts (Chinese, English, number) and its faults in any order."""
    counted = tuple((Text(*names), number) for *names, number in counts)
    return Part(Text(zh, en), counted, in_order(faults))
