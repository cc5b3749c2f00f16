"""Overlays only tighten: each on every edition that it extends, and all of them together."""

from __future__ import annotations

from collections.abc import Iterable

from workflow.law.model import Overlay
from workflow.law.overlay import compose
from workflow.law.source import Fault, Source
from workflow.law.timeline import Law
from workflow.prover.proof import Part, part
from workflow.prover.subject import Subject, plain

Laid = tuple[Overlay, Source]


def overlays_tighten(law: Law) -> tuple[Part, tuple[Subject, ...]]:
    """Return the proof, and every edition with overlays that could be composed.

    “Together” is in the order of the files: an overlay that is laid over another may not loosen that one either.
    """
    laid = [(overlay, law.definitions.sources[f"overlay:{name}"]) for name, overlay in law.definitions.overlays.items()]
    known = {edition.edition for edition in law.editions}
    faults = [_unknown(overlay, source, number) for overlay, source in laid for number in _strangers(overlay, known)]
    composed: list[Subject] = []
    for base in plain(law):
        fitting = [(overlay, source) for overlay, source in laid if base.edition.edition in overlay.extends]
        sound: list[Laid] = []
        for one in fitting:
            subject, found = _compose(base, (one,))
            faults += found
            if not found:
                composed.append(subject)
                sound.append(one)
        if len(sound) > 1:
            subject, found = _compose(base, sound)
            faults += found
            composed += () if found else (subject,)
    counts = [("叠加规定", "overlays", len(laid)), ("叠加之后的版本", "editions composed", len(composed))]
    return part("叠加规定只能加严", "overlays only tighten", counts, faults), tuple(composed)


def _strangers(overlay: Overlay, known: Iterable[object]) -> list[int]:
    """Return the places of the editions that an overlay extends and no file defines."""
    return [number for number, day in enumerate(overlay.extends) if day not in set(known)]


def _unknown(overlay: Overlay, source: Source, number: int) -> Fault:
    day = overlay.extends[number]
    return source.fault(("extends", number), f"没有 {day} 版", f"there is no edition of {day}")


def _compose(base: Subject, laid: Iterable[Laid]) -> tuple[Subject, tuple[Fault, ...]]:
    """Return the edition with the overlays on it, up to the first that has faults."""
    subject = base
    for overlay, source in laid:
        result = compose(subject.edition, overlay, source)
        if result.faults:
            return subject, result.faults
        subject = Subject(result.edition, base.source, (*subject.overlays, (overlay, source)))
    return subject, ()
