"""What the tests of access share: hashes that take less time than in production, where time is not what is tested."""

import pytest

from workflow.access import passwords


@pytest.fixture
def slow_hashes(monkeypatch):
    """Hash as in production."""
    monkeypatch.undo()
    passwords._nobodys.cache_clear()  # noqa: SLF001 - it was made for another cost


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch):
    monkeypatch.setattr(passwords, "METHOD", "scrypt:1024:8:1")
    passwords._nobodys.cache_clear()  # noqa: SLF001 - it was made for another cost
    yield
    passwords._nobodys.cache_clear()  # noqa: SLF001 - nor is it for anybody else
