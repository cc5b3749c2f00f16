"""``jishi case``: the living record of each person, from the application letter to the archive."""

from __future__ import annotations

import click

from workflow.cli.case_amend import confirm, correct, decline, offer, supplement, withdraw
from workflow.cli.case_look import list_, plan, show, waiting
from workflow.cli.case_take import accept, meeting, open_, return_, take


@click.group(name="case")
def case() -> None:
    """Keep the living record: open a case, take its steps, correct, confirm, move it, look at it.

    办理个案：立案、登记每一步、更正、复核、转移、查看。

    Who acts is said by --as LOGIN or JISHI_AS. Whoever may read and write the database file may act as any account: on
    the command line the operating system keeps the door. / 命令行不问密码：能读写数据库文件的人可以以任何账号办理。

    Exit code: 0 done; 1 refused by law, rights or the state of the case; 2 could not be done.
    """


for command in (
    open_, list_, show, plan, take, meeting, correct, withdraw, supplement, waiting, confirm, decline, offer, accept,
    return_,
):  # fmt: skip
    case.add_command(command)
