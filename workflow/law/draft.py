"""A draft edition laid beside the law that stands: what the law would be if it were adopted as it is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from workflow.law.model import Edition, Overlay
from workflow.law.overlay import compose
from workflow.law.source import DefinitionError, Fault, Source
from workflow.law.timeline import Law


@dataclass(frozen=True, slots=True)
class Drafted:
    """The law with a draft in it.

    ``carried``: the local practice that is taken to go on under the draft; ``dropped``: why other local practice, that
    extends the newest edition, cannot: it ends on the draft's first day.
    """

    law: Law
    edition: Edition
    carried: tuple[Overlay, ...] = ()
    dropped: tuple[Fault, ...] = ()

    @property
    def day(self) -> date:
        """Return the draft's first day in force."""
        return self.edition.edition


def with_draft(law: Law, draft: Edition, source: Source) -> Drafted:
    """Return the law with ``draft`` as its newest edition; raises DefinitionError with all faults.

    An overlay names the editions that it extends and cannot name a draft. What extends the newest edition is laid over
    the draft too, where it fits: else every local rule would seem to go with it.
    """
    if faults := tuple(_out_of_place(law, draft, source)):
        raise DefinitionError(faults)
    definitions, newest = law.definitions, law.editions[-1].edition
    overlays = dict(definitions.overlays)
    carried: list[Overlay] = []
    dropped: list[Fault] = []
    for name, overlay in definitions.overlays.items():
        if newest not in overlay.extends:
            continue
        longer = overlay.model_copy(update={"extends": (*overlay.extends, draft.edition)})
        faults = compose(draft, longer, definitions.sources[f"overlay:{name}"]).faults
        dropped += faults
        if not faults:
            carried.append(longer)
            overlays[name] = longer
    more = replace(
        definitions,
        editions=[*definitions.editions, draft],
        overlays=overlays,
        sources=definitions.sources | {draft.edition.isoformat(): source},
    )
    return Drafted(Law(more), draft, tuple(carried), tuple(dropped))


def _out_of_place(law: Law, draft: Edition, source: Source) -> Iterator[Fault]:
    """Yield why an edition is no draft of this law."""
    if draft.procedure != law.definitions.procedure:
        zh, en = (
            f"草案应属于程序“{law.definitions.procedure}”",
            f"a draft for “{law.definitions.procedure}” is asked for",
        )
        yield source.fault(("procedure",), zh, en)
    newest = law.editions[-1].edition
    if draft.edition <= newest:
        zh, en = f"草案施行之日应晚于现行的 {newest} 版", f"a draft comes into force after the newest edition, {newest}"
        yield source.fault(("edition",), zh, en)
