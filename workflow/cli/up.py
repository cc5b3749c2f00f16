"""``jishi up``: make what is missing, look whether all is well, and serve the pages."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import click

from workflow.cli import up_text
from workflow.cli.common import definitions, ledger_form, safe, working_calendar
from workflow.cli.desk import Options, on_database, print_json
from workflow.cli.keeping import (
    begun_lines,
    begun_plain,
    doctor_of,
    finding_lines,
    following,
    installation_of,
    sample_ledger,
    say,
)
from workflow.errors import Text, WorkflowError

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from workflow.cli.serving import Address
    from workflow.engine.laws import Laws
    from workflow.keep.finding import Finding
    from workflow.keep.installation import Begun
    from workflow.store.database import Database

Said = Any  # what the options say
FOUNDING = ("organization", "kind", "administrator", "name")


@dataclass(frozen=True, slots=True)
class Raised:
    """An installation that is up. ``lines`` and ``plain``: what there is to say of it, beyond how it began."""

    directory: Path
    database: Database
    laws: Laws
    begun: Begun
    lines: list[str] = field(default_factory=list)
    plain: dict[str, Any] = field(default_factory=dict)

    def tell(self, text: Text, lang: str) -> None:
        """Add something to be said."""
        self.lines.extend(text.of(lang).splitlines())


@click.command(name="up")
@on_database
@click.option("--sample", is_flag=True, help="With invented people, in a folder of their own. / 使用示例数据，单独存放")
@click.option("--host", default="127.0.0.1", metavar="ADDRESS", help="Serve here; default: this machine only. / 地址")
@click.option("--port", default=8080, type=click.IntRange(0, 65535), help="Port; default 8080, 0: any. / 端口")
@click.option("--https", is_flag=True, help="A proxy in front speaks HTTPS; cookies go over nothing else. / 经 HTTPS")
@click.option("--proxies", default=0, type=click.IntRange(0, 5),
              help="How many proxies stand in front; let nothing else reach the port. / 反向代理层数")  # fmt: skip
@click.option("--insecure", is_flag=True, help="Serve others without HTTPS all the same. / 允许明文传输")
@click.option("--password-rules", default="plain", type=click.Choice(["plain", "graded"]),
              help="plain: 12 signs; graded: 10 signs of 3 kinds, 90 days. / 密码要求")  # fmt: skip
@click.option("--no-serve", is_flag=True, help="Check everything and end. / 只检查，不启动网页")
@click.option("--organization", help="New installation: organization at the top. / 新建时：最上级组织的名称")
@click.option("--kind", help="New installation: its kind, by code or name. / 新建时：组织类别")
@click.option("--administrator", metavar="LOGIN", help="New installation: who administers it. / 新建时：管理员登录名")
@click.option("--name", help="New installation: the administrator's name. / 新建时：管理员姓名")
def up(*, options: Options, **said: Said) -> None:
    """Make what is missing, check it, and serve the pages until Ctrl+C. Safe to run again.

    补齐缺少的部分，检查一遍，启动网页，按 Ctrl+C 停止。可以重复运行。 --sample: a sample of its own in DIR/sample.

    Exit code: 0 stopped in order; with --no-serve 1 if something is wrong; 2 could not begin.
    """
    from workflow.keep.finding import wrong
    from workflow.keep.installation import SAMPLE

    if said["sample"] and any(said[name] for name in FOUNDING):
        raise click.UsageError("示例的组织和账号是现成的 / the sample has its own organization and administrator")
    with installation_of(options, SAMPLE if said["sample"] else "") as (directory, database), _held(said) as place:
        raised = _raised(options, said, directory, database)
        findings = list(doctor_of(database, directory).examine(record=place is None))
        if place is None:
            if not said["sample"]:
                _first_password(options, raised)
            _tell_checked(options, raised, findings)
            raise SystemExit(1 if wrong(findings) else 0)
        _serve(options, said, raised, findings, place)


def _address(said: Mapping[str, Said]) -> Address:
    from workflow.cli.serving import Address

    return Address(**{name: said[name] for name in ("host", "port", "https", "proxies", "insecure")})


def _held(said: Mapping[str, Said]) -> AbstractContextManager[socket.socket | None]:
    """Give the place where the pages are to be served, taken before anything else is done; None: nowhere."""
    from workflow.cli.serving import bound

    return nullcontext(None) if said["no_serve"] else bound(_address(said))


def _raised(options: Options, said: Mapping[str, Said], directory: Path, database: Database) -> Raised:
    """Return the installation with everything that it needs; raises what stands in the way."""
    from workflow.clock import now
    from workflow.engine.laws import load_laws
    from workflow.keep.installation import begin, fill_sample

    laws = load_laws(definitions())
    if said["sample"]:
        begun = fill_sample(database, directory, laws, definitions(), now())
        return Raised(directory, database, laws, begun, sample_ledger(database, laws, options))
    begun = begin(database, directory, now(), sample=False)
    return Raised(directory, database, laws, _founded(options, said, begun, laws, directory, database))


def _founded(
    options: Options, said: Mapping[str, Said], begun: Begun, laws: Laws, directory: Path, database: Database
) -> Begun:
    """Found the first organization with its administrator where there is none; what is not said is asked, or usual."""
    from dataclasses import replace

    from workflow.cli.administering import kind_called
    from workflow.clock import now
    from workflow.keep.installation import Founding, initialise

    given = {name: said[name] for name in FOUNDING if said[name]}
    if begun.organization is not None:
        given = given and {"organization": begun.organization, "administrator": begun.administrator, **given}
    elif not options.as_json and sys.stdin.isatty() and sys.stdout.isatty():
        given |= {name: _asked(name, laws, options.lang) for name in FOUNDING if name not in given}
    if begun.organization is not None and not given:
        return begun
    chosen = up_text.DEFAULTS | given
    founding = Founding(
        chosen["organization"], kind_called(laws, chosen["kind"]), chosen["administrator"], chosen["name"]
    )
    done = initialise(database, directory, laws, founding, now())
    return replace(done, made=(*begun.made, *done.made))


def _asked(name: str, laws: Laws, lang: str) -> str:
    """Ask whoever sits at the terminal for one part of the founding."""
    from workflow.cli.administering import kind_called

    words = {
        "organization": Text("最上级组织的名称", "Name of the organization at the top"),
        "kind": Text("组织类别", "Its kind"),
        "administrator": Text("系统管理员的登录名", "The administrator's login"),
        "name": Text("系统管理员的姓名", "The administrator's name"),
    }[name]
    if name != "kind":
        return str(click.prompt(words.of(lang), default=up_text.DEFAULTS[name], err=True))

    def called(typed: str) -> str:
        try:
            return kind_called(laws, typed)
        except WorkflowError as error:
            raise click.UsageError(safe(error.what.of(lang))) from error

    top = {code: Text(kind.zh, kind.en) for code, kind in laws.organizations.kinds.items() if not kind.attached}
    for code, text in top.items():
        click.echo(safe(f"  {code:24} {text.of(lang)}"), err=True)
    return str(click.prompt(words.of(lang), default=up_text.DEFAULTS[name], err=True, value_proc=called))


def _first_password(options: Options, raised: Raised) -> None:
    """Give the first administrator a password, if there never was one, and have it said."""
    from workflow.clock import now
    from workflow.keep.entrance import first_password
    from workflow.store.failures import retrying

    def give() -> tuple[str, str] | None:
        with raised.database.write() as connection:
            return first_password(connection, now())

    given = retrying(give)
    where = _where(options, raised)
    if raised.begun.organization == up_text.DEFAULTS["organization"] and "organization" in raised.begun.made:
        raised.tell(up_text.renamed_text(where), options.lang)
    if given is not None:
        raised.tell(up_text.password_text(*given, where), options.lang)
        raised.plain["password"] = given[1]


def _tell_checked(options: Options, raised: Raised, findings: list[Finding]) -> None:
    """Say how everything stands, and which commands come next."""
    going_on = following(raised.begun, _where(options, raised))
    if options.as_json:
        checks = [one.plain() for one in findings]
        print_json({**begun_plain(raised.begun), **raised.plain, "checks": checks, "next": going_on})
        return
    lines = [*begun_lines(raised.begun, options.lang), *raised.lines, *finding_lines(findings, options.lang)]
    ask = Text("下一步可以运行：", "What you can run next:").of(options.lang)
    say([*lines, ask, *(f"  {line}" for line in going_on)], sample=raised.begun.sample)


def _where(options: Options, raised: Raised) -> str:
    """Return the option that names the folder in commands to go on with; none for the user's own."""
    return f" --data {raised.directory}" if options.data or raised.begun.sample else ""


def _serve(
    options: Options, said: Mapping[str, Said], raised: Raised, findings: list[Finding], place: socket.socket
) -> None:
    """Say who can come in and where, and serve until somebody ends it."""
    from web.settings import House, Settings
    from workflow.cli.serving import serve, url_of
    from workflow.clock import now
    from workflow.keep.key_file import secret_key

    settings = Settings(
        secret_key(raised.directory), said["password_rules"], https=said["https"], proxies=said["proxies"]
    )
    house = House(
        raised.database, raised.laws, now, raised.directory, definitions(), ledger_form(), working_calendar(),
        sample=raised.begun.sample,
    )  # fmt: skip
    (_one_password if raised.begun.sample else _first_password)(options, raised)
    url = url_of(_address(said), place)
    if options.as_json:
        checks = [one.plain() for one in findings]
        print_json({**begun_plain(raised.begun), **raised.plain, "checks": checks, "address": url})
    else:
        lines = [*begun_lines(raised.begun, options.lang), *up_text.brief_lines(findings, options.lang), *raised.lines]
        say([*lines, *up_text.open_text(url).of(options.lang).splitlines()], sample=raised.begun.sample)
    serve(house, settings, place)
    if not options.as_json:
        say([up_text.STOPPED.of(options.lang)], sample=raised.begun.sample)


def _one_password(options: Options, raised: Raised) -> None:
    """Give everybody in the sample the one password, and have it said."""
    from workflow.calendar.office import office_day
    from workflow.clock import now
    from workflow.keep.entrance import sample_password, seats
    from workflow.store.failures import retrying

    def give() -> str:
        with raised.database.write() as connection:
            return sample_password(connection, now())

    password = retrying(give)
    with raised.database.read() as connection:
        there = seats(connection, office_day(now()))
    raised.lines.extend(up_text.seat_lines(raised.laws, there, password, options.lang))
    raised.plain.update(password=password, accounts=[up_text.seat_plain(one) for one in there])
