"""A command that goes wrong in the way that its argument names, and one that is caught in the middle of writing."""

import time
from pathlib import Path

import click

from workflow.compliance.files import whole

WAYS = {
    "bug": ZeroDivisionError("an invented bug"),
    "steering": ValueError("\x1b[2J\u202e"),
    "interrupted": KeyboardInterrupt(),
}


@click.command()
@click.argument("way")
def broken(way):
    raise WAYS[way]


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
def slow(path):
    """Write half a file, say so, and wait."""
    with whole(path) as file:
        file.write(b"half")
        click.echo("half")
        time.sleep(60)
