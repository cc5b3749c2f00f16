# ruff: noqa: INP001 - a script of its own, no part of a package
"""How long visitors wait: 10 requests a second for a minute, over two server processes on one database, p95.

Three people click through their pages. A request is due at its time whether the one before has been answered or not,
and what it waits counts from then. PostgreSQL; ``--url`` takes a database that was filled before.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter, sleep

from _figure import figure, say
from _web import SECRET, Seat, addresses, house_over, pages_over, prepared, signed_in

from tests.store_fixtures import APPLICATION, OWNER, running_server
from web.app import SAMPLE_COOKIE
from web.settings import Settings
from workflow.cli.serving import Address, bound, serve
from workflow.store.database import Database

CASES, A_SECOND, SECONDS, SERVERS, HANDS = 100_000, 10, 60, 2, 16
Visit = tuple[str, str]  # the cookies, the address


def main() -> None:
    """Print how long each kind of page took to come, and the figure on the last line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--url", help="of a database filled before")
    parser.add_argument("--serve", nargs=2, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.serve:
        serve_pages(*chosen.serve)
        return
    with ExitStack() as stack:
        url, database = stack.enter_context(filled(chosen.url))
        seats = prepared(database, chosen.cases)
        visits = list(visits_of(database, seats))
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="jishi-house-"))
        ports = [stack.enter_context(server(url, folder)) for _ in range(SERVERS)]
        for port, visit in zip(cycle(ports), visits, strict=False):
            waited(port, visit, perf_counter())  # the first look at a page compiles it
        waits = sorted(load(ports, visits, chosen.seconds))
        database.close()
    load_average = "/".join(f"{one:.1f}" for one in os.getloadavg()) if hasattr(os, "getloadavg") else "unknown"
    say(f"{len(waits)} requests, {len(visits)} pages, load of the machine {load_average} on {os.cpu_count()} cores")
    for name, share in (("median", 0.5), ("p99", 0.99), ("most", 1.0)):
        say(f"{name}: {at(waits, share):.0f} ms")
    figure("web.p95_ms", at(waits, 0.95), "ms")


def at(waits: Sequence[float], share: float) -> float:
    """Return the milliseconds within which a share of all requests was answered."""
    return waits[min(len(waits) - 1, int(share * len(waits)))]


@contextmanager
def filled(url: str | None) -> Iterator[tuple[str, Database]]:
    """Give the address of the database and the database."""
    if url:
        yield url, Database(url)
        return
    with running_server(durable=True) as place:
        place.create("load")
        url = place.url(APPLICATION, "load")
        yield url, Database(url, owner_url=place.url(OWNER, "load"))


def visits_of(database: Database, seats: Sequence[Seat]) -> Iterator[Visit]:
    """Yield what everybody opens, one after the other, each with the cookies of a session."""
    with tempfile.TemporaryDirectory(prefix="jishi-house-") as folder:
        app = pages_over(database, Path(folder))
        for seat in seats:
            visitor = signed_in(app, seat)
            cookie = visitor.client.get_cookie(SAMPLE_COOKIE)
            if cookie is None:
                raise RuntimeError(f"{seat.login} got no cookie")
            yield from ((f"{SAMPLE_COOKIE}={cookie.value}", address) for address in addresses(visitor, seat).values())


@contextmanager
def server(url: str, folder: str) -> Iterator[int]:
    """Start a process that serves the pages, with the keys in a folder; give its port."""
    command = [sys.executable, __file__, "--serve", url, folder]
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="ascii") as process:  # noqa: S603 - ours
        try:
            yield int(process.stdout.readline())  # type: ignore[union-attr]  # a pipe was asked for
        finally:
            process.terminate()


def serve_pages(url: str, folder: str) -> None:
    """Serve until the end, as ``jishi up`` does; say at which port."""
    with bound(Address(port=0)) as place:
        say(str(place.getsockname()[1]))
        serve(house_over(Database(url), Path(folder)), Settings(SECRET), place)


def load(ports: Sequence[int], visits: Sequence[Visit], seconds: float) -> Iterator[float]:
    """Yield how many milliseconds each request waited, the servers taking turns."""
    begins, count = perf_counter() + 0.1, max(1, int(seconds * A_SECOND))
    with ThreadPoolExecutor(HANDS) as hands:
        found = []
        for number, (port, visit) in enumerate(islice(zip(cycle(ports), cycle(visits), strict=False), count)):
            due = begins + number / A_SECOND
            sleep(max(0.0, due - perf_counter()))
            found.append(hands.submit(waited, port, visit, due))
        yield from (one.result() for one in found)


def waited(port: int, visit: Visit, due: float) -> float:
    """Open a page; return the milliseconds from when it was due; raises RuntimeError for one that is not there."""
    cookies, address = visit
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", address, headers={"Cookie": cookies})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    if answer.status != 200:  # noqa: PLR2004 - HTTP
        raise RuntimeError(f"{address} answers {answer.status}")
    return 1000 * (perf_counter() - due)


if __name__ == "__main__":
    main()
