"""The report of an audit: one self-contained page to read, to hand on and to print."""

from workflow.compliance.report.page import render_html

__all__ = ["render_html"]
