"""The pages: a blueprint a family. ``finding``, ``indications`` and ``runs`` are further pages of ``compliance``."""

from web.pages import (
    act,
    amend,
    basis,
    case,
    compliance,
    finding,
    health,
    importing,
    indications,
    ledger,
    meeting,
    organizations,
    records,
    runs,
    seal,
    settings,
    signing,
    todo,
)

PAGES = (
    act.pages,
    amend.pages,
    basis.pages,
    compliance.pages,
    health.pages,
    signing.pages,
    settings.pages,
    todo.pages,
    case.pages,
    importing.pages,
    ledger.pages,
    meeting.pages,
    organizations.pages,
    records.pages,
    seal.pages,
)
MORE = (finding, indications, runs)  # imported, so that their pages are there
