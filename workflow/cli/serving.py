"""Serving the pages: the address, what may be reached from elsewhere, the server, and tidying up behind it."""

from __future__ import annotations

import errno
import logging
import select
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from ipaddress import ip_address
from threading import Event, Thread
from typing import TYPE_CHECKING

from workflow.errors import Text, WorkflowError

if TYPE_CHECKING:
    from web.settings import House, Settings

THREADS = 8
BACKLOG = 128
CONNECTIONS = 500  # browsers keep several open
TIDY_EVERY = 3600.0  # seconds
LAST_ROUND = 5.0  # seconds that the sealer is given at the end
TAKEN = {errno.EADDRINUSE, 10048}  # Windows has numbers of its own
FORBIDDEN = {errno.EACCES, 10013}
_log = logging.getLogger("jishi")


class AddressRefused(WorkflowError):  # noqa: N818 - errors are named as facts
    """Nothing can be served at this address."""


class Unprotected(WorkflowError):  # noqa: N818 - errors are named as facts
    """Passwords would cross the network in the clear."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the pages are served, and how visitors get there. ``proxies``: how many stand in front."""

    host: str = "127.0.0.1"
    port: int = 8080
    https: bool = False
    proxies: int = 0
    insecure: bool = False


@contextmanager
def bound(address: Address) -> Iterator[socket.socket]:
    """Give a socket that holds the address from now on; who knocks before ``serve`` has to wait.

    Raises AddressRefused, Unprotected.
    """
    family, place = _place(address)
    _require_protection(address, str(place[0]))
    with socket.socket(family, socket.SOCK_STREAM) as found:
        # On Windows the usual option would let two servers share a port.
        exclusive = getattr(socket, "SO_EXCLUSIVEADDRUSE", None)
        found.setsockopt(socket.SOL_SOCKET, exclusive if exclusive is not None else socket.SO_REUSEADDR, 1)
        try:
            found.bind(place)
            found.listen(BACKLOG)  # until then another server could take the same place
        except OSError as error:
            raise _refused(address, error) from error
        yield found


def url_of(address: Address, found: socket.socket) -> str | None:
    """Return what to open in a browser; None where only the proxy in front knows."""
    if address.https or address.proxies:
        return None
    host, port = found.getsockname()[:2]
    if ip_address(host).is_unspecified:
        host = socket.gethostname()
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def serve(house: House, settings: Settings, found: socket.socket) -> None:
    """Answer visitors until the program is asked to end; what is being answered then is finished."""
    from waitress.server import create_server

    from web import create_app

    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # that somebody waits a moment is no news
    app = create_app(house, settings)
    server = create_server(
        app,
        sockets=[found],
        threads=THREADS,
        backlog=BACKLOG,
        connection_limit=CONNECTIONS,
        asyncore_use_poll=hasattr(select, "poll"),
        max_request_body_size=2 * settings.largest_upload,  # what is a little too large gets a page that says so
        clear_untrusted_proxy_headers=not settings.proxies,  # the application reads them, as far as it is told to
        ident=None,
    )
    with _sealed(house), _tidied(house, settings):
        server.run()
    with suppress(OSError):
        server.close()


def tidy(house: House, settings: Settings) -> None:
    """Remove sessions that have expired, failures that have faded and files that nobody fetched."""
    from web.jobs import Jobs
    from workflow.access import sessions
    from workflow.store.failures import retrying

    def clear() -> int:
        with house.database.write() as connection:
            return sessions.clear(connection, settings.limits, house.clock())

    retrying(clear)
    Jobs(house.folder).sweep(house.clock())


@contextmanager
def _sealed(house: House) -> Iterator[None]:
    """Seal every second what was recorded while visitors are answered; at the end, what the last ones recorded."""
    from workflow.sealing.keys import FOLDER, KeyRing
    from workflow.sealing.sealer import Sealer

    ended = Event()
    sealer = Sealer(house.database, house.laws, KeyRing(house.folder / FOLDER), house.clock)
    thread = Thread(target=sealer.run, args=(ended,), name="seal", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(LAST_ROUND)


@contextmanager
def _tidied(house: House, settings: Settings) -> Iterator[None]:
    """Tidy up now and then while visitors are answered."""
    ended = Event()

    def work() -> None:
        while True:
            try:
                tidy(house, settings)
            except Exception as error:  # noqa: BLE001 - it is tried again, and nobody has to wait for it
                _log.warning("tidying up failed", exc_info=error)
            if ended.wait(TIDY_EVERY):
                return

    thread = Thread(target=work, name="tidy", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(1)


def _place(address: Address) -> tuple[socket.AddressFamily, tuple[str, int] | tuple[str, int, int, int]]:
    """Return the first address that a name means."""
    try:
        found = socket.getaddrinfo(
            address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE, proto=socket.IPPROTO_TCP
        )
    except (OSError, UnicodeError) as error:
        raise AddressRefused(
            Text(f"没有 {address.host} 这个地址", f"there is no address {address.host}"),
            Text("请用 --host 指明本机的一个地址", "name an address of this machine: --host"),
        ) from error
    family, _, _, _, place = found[0]
    return family, place  # type: ignore[return-value] # bytes come only where Python knows no IPv6


def _require_protection(address: Address, host: str) -> None:
    if ip_address(host.partition("%")[0]).is_loopback or address.https or address.insecure:
        return
    raise Unprotected(
        Text(
            f"在 {address.host} 提供服务时，密码和个人信息会在网络上明文传输",
            f"at {address.host} passwords and personal data would cross the network in the clear",
        ),
        Text(
            "请在前面设置 HTTPS 反向代理，再加 --https --proxies 1（见 docs/serving.md）；确需明文时加 --insecure",
            "put a proxy with HTTPS in front and add --https --proxies 1 (docs/serving.md); else add --insecure",
        ),
    )


def _refused(address: Address, error: OSError) -> AddressRefused:
    where = f"{address.host}:{address.port}"
    if error.errno in TAKEN:
        return AddressRefused(
            Text(f"{where} 已被占用：可能纪实已经在运行", f"{where} is taken: perhaps Jishi is running already"),
            Text(
                f"请先在浏览器中打开看看；要另用一个端口，加上 --port {_next(address.port)}",
                f"open it in a browser and see; for another port add --port {_next(address.port)}",
            ),
        )
    if error.errno in FORBIDDEN:
        return AddressRefused(
            Text(f"本用户不能使用 {where}", f"this user may not serve at {where}"),
            Text("请用 1024 以上的端口，例如 --port 8080", "take a port above 1024, such as --port 8080"),
        )
    return AddressRefused(
        Text(f"不能使用 {where}：{error.strerror}", f"nothing can be served at {where}: {error.strerror}"),
        Text("请用 --host 指明本机的一个地址", "name an address of this machine: --host"),
    )


def _next(port: int) -> int:
    return port + 1 if port < 65535 else 8080  # noqa: PLR2004 - the last port there is
