"""Headers of every answer: what a page may load, who may frame it, whether it may be kept."""

from __future__ import annotations

from flask import Flask, Response, request

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
KEPT = "public, max-age=86400"  # styles and scripts: they say nothing of anybody
NEVER_KEPT = "no-store"


def register(app: Flask, *, https: bool) -> None:
    """Set the headers on every answer of an application; with ``https`` browsers are told to stay there."""

    @app.after_request
    def _set(response: Response) -> Response:
        response.headers.update(HEADERS)
        if https:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        static = request.endpoint == "static" and response.status_code < 400  # noqa: PLR2004 - HTTP
        response.headers["Cache-Control"] = KEPT if static else NEVER_KEPT
        return response
