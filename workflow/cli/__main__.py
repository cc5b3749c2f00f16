"""``python -m workflow.cli``: the same as ``jishi``."""

from workflow.cli.main import main

main(prog_name="jishi")
