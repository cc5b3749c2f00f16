"""What can go wrong, said so that the reader knows what to do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in both languages of the interface, Chinese first."""

    zh: str
    en: str

    def __str__(self) -> str:
        """Return both languages on one line, as the terminal shows them."""
        return f"{self.zh} / {self.en}" if self.zh != self.en else self.zh

    def of(self, language: str) -> str:
        """Return the sentence in ``language`` (``zh`` or ``en``)."""
        return self.en if language == "en" else self.zh


class WorkflowError(Exception):
    """Root of every error that a user can answer; ``what`` and ``remedy`` are ready to be shown."""

    def __init__(self, what: Text, remedy: Text | None = None) -> None:
        """Keep the sentences as data; ``str()`` joins them."""
        super().__init__(what, remedy)
        self.what = what
        self.remedy = remedy

    def __str__(self) -> str:
        """Return what happened and, where known, what to do."""
        return f"{self.what}" if self.remedy is None else f"{self.what}\n{self.remedy}"


class LedgerError(WorkflowError):
    """A workbook cannot be read at all: damaged, encrypted, too large, hostile, or of another form."""
