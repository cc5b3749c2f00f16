"""The command line: thin commands that read, call one room and print. Rooms are imported only when a command runs."""

from workflow.cli.main import main

__all__ = ["main"]
