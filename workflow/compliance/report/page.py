"""The page as a whole: head, style under a strict policy, the sections in order."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files

from workflow.compliance.audit import Audit
from workflow.compliance.ours import GENERATOR
from workflow.compliance.report import closing, findings, opening, tables
from workflow.compliance.report.markup import Html, element
from workflow.compliance.words import pick

TAGS = {"zh": "zh-CN", "en": "en"}


def render_html(audit: Audit, language: str, *, pseudonymous: bool) -> str:
    """Return the report in one language as one file that needs nothing else: no script, no network.

    One language a file: the page is handed on and printed, so half of it would be in the way, a reader's search would
    find everything twice, and a long ledger would weigh double. The other language is one more run away.

    Raises:
        ValueError: ``pseudonymous``, but the audit was made with names.
    """
    audit.check_pseudonymous(pseudonymous=pseudonymous)
    sections = (tables.by_rule, tables.by_branch, findings.by_person, tables.unreadable, tables.undecided)
    main = (section(audit, language) for section in (*sections, closing.not_kept, closing.how_judged, closing.glossary))
    title = f"{opening.heading(language)} · {audit.title.of(language)} · {audit.as_of}"
    began = (opening.result(audit, language), opening.contents(audit, language))
    return page(language, title, opening.header(audit, language), *began, *main)


def page(language: str, title: str, header: Html, *main: Html) -> str:
    """Return a page with its head, the way to the content, the sections in order, and the footer."""
    return "<!DOCTYPE html>\n" + element(
        "html",
        _head(title),
        element(
            "body",
            element("a", pick(language, "跳到正文", "Skip to the content"), class_="skip", href="#main"),
            header,
            element("main", *main, id="main"),
            closing.footer(language),
        ),
        lang=TAGS[language],
    )


def _head(title: str) -> Html:
    style = _style()
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="renderer", content="webkit"),  # browsers with two engines: take the modern one
        element("meta", name="referrer", content="no-referrer"),
        element("meta", name="robots", content="noindex"),
        element("meta", name="generator", content=GENERATOR),
        element("title", title),
        element("style", Html(style)),
    )


@cache
def _style() -> str:
    return (files(__package__) / "report.css").read_text(encoding="utf-8")
