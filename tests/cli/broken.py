"""A command that goes wrong in the way that its argument names."""

import click

WAYS = {"bug": ZeroDivisionError("an invented bug"), "interrupted": KeyboardInterrupt()}


@click.command()
@click.argument("way")
def broken(way):
    raise WAYS[way]
