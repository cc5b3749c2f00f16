"""The interface: server-rendered pages over the engine. It holds no SQL and no rule of law."""

from web.app import create_app

__all__ = ["create_app"]
