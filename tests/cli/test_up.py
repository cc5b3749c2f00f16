"""``jishi up``: what it founds, what it refuses, and the server that it starts, visited as a user would."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.jishi import ROOT, in_a_process, jishi
from tests.cli.served import TOKEN, Browser, Server, serving

FOUNDED = (
    "--organization",
    "某机关党委",
    "--kind",
    "具有审批权限的基层党委",
    "--administrator",
    "dw.guanli",
    "--name",
    "王示一",
)
NEW = "an own password, long enough"


def said(*arguments: object) -> dict[str, Any]:
    """Return what ``jishi up --no-serve`` answers to scripts."""
    done = jishi("up", "--json", "--no-serve", *arguments)
    plain: dict[str, Any] = json.loads(done.out)
    return plain


# ------------------------------------------------------------------ what is made


def test_an_empty_installation_is_founded_with_what_is_usual(tmp_path: Path) -> None:
    done = jishi("up", "--no-serve", "--data", tmp_path / "data")
    assert done.code == 0, done.out + done.err
    assert "最上级组织：本单位党委；系统管理员：admin" in done.out
    assert f"jishi organization rename --data {tmp_path / 'data'} 本单位党委" in done.out
    assert "一次性密码：" in done.out
    again = jishi("up", "--no-serve", "--data", tmp_path / "data")
    assert again.code == 0
    assert "无需建立" in again.out
    assert "一次性密码" not in again.out  # it was shown, once


def test_it_is_founded_with_what_is_said(tmp_path: Path) -> None:
    plain = said("--data", tmp_path / "data", *FOUNDED)
    assert (plain["organization"], plain["administrator"]) == ("某机关党委", "dw.guanli")
    assert plain["made"] == ["database", "installation", "organization"]
    assert len(plain["password"].split("-")) == 4
    assert {"checks", "next"} <= plain.keys()
    again = said("--data", tmp_path / "data", *FOUNDED)
    assert (again["status"], "password" in again) == ("there", False)
    other = jishi("up", "--no-serve", "--data", tmp_path / "data", "--organization", "另一党委")
    assert (other.code, "某机关党委" in other.err) == (2, True)


def test_a_kind_that_nobody_knows_is_refused_with_those_there_are(tmp_path: Path) -> None:
    done = jishi("up", "--no-serve", "--data", tmp_path / "data", "--kind", "学生会")
    assert done.code == 2
    assert "党支部" in done.err


def test_an_installation_begun_by_init_gets_the_password_of_its_administrator(tmp_path: Path) -> None:
    init = ("--organization", "某机关党委", "--kind", "committee", "--administrator", "admin", "--name", "王示一")
    assert jishi("init", "--data", tmp_path, *init).code == 0
    done = jishi("up", "--no-serve", "--data", tmp_path, "--lang", "en")
    assert "Administrator: admin   one-time password: " in done.out
    with sqlite3.connect(tmp_path / "jishi.db") as raw:
        ((kept, once),) = raw.execute("SELECT password, password_once FROM account")
        acts = [act for (act,) in raw.execute("SELECT act FROM log_entry")]
    raw.close()
    assert (kept[:7], once, acts.count("password_given")) == ("scrypt:", 1, 1)


def test_the_sample_brings_its_own_people(tmp_path: Path) -> None:
    done = jishi("up", "--sample", "--no-serve", "--data", tmp_path, "--administrator", "me")
    assert done.code == 2
    assert not any(tmp_path.iterdir())


def test_whoever_sits_at_a_terminal_is_asked(tmp_path: Path) -> None:
    pty = pytest.importorskip("pty", reason="Windows has no such terminal")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "workflow.cli", "up", "--no-serve", "--data", str(tmp_path / "data")]
    with subprocess.Popen(command, cwd=ROOT, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        os.write(ours, "某机关党委\n学生会\n党支部\n\n王示一\n".encode())
        shown = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # Linux: the other side is closed
                break
            if not part:
                break
            shown += part
    os.close(ours)
    text = shown.decode()
    assert process.returncode == 0, text
    assert "committee" in text
    assert "学生会" in text
    assert "最上级组织：某机关党委；系统管理员：admin" in text
    assert said("--data", tmp_path / "data")["status"] == "there"


# ------------------------------------------------------------------ what is refused


def test_a_port_that_is_taken_is_named_before_anything_is_made(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = jishi("up", "--sample", "--port", port, "--data", tmp_path)
    assert done.code == 2
    assert f"127.0.0.1:{port} 已被占用" in done.err
    assert f"--port {port + 1}" in done.err
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])  # noqa: S104 - refused
def test_nobody_elsewhere_is_served_in_the_clear_unasked(tmp_path: Path, host: str) -> None:
    done = jishi("up", "--host", host, "--port", 0, "--data", tmp_path, "--lang", "en")
    assert done.code == 2
    assert "in the clear" in done.err
    assert "--https --proxies 1" in done.err
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize(("host", "words"), [("192.0.2.7", "--host"), ("no.such.host.invalid", "没有")])
def test_an_address_that_is_not_this_machine_is_refused(tmp_path: Path, host: str, words: str) -> None:
    done = jishi("up", "--host", host, "--insecure", "--data", tmp_path)
    assert (done.code, words in done.err) == (2, True), done.err


@pytest.mark.skipif(os.name != "posix", reason="rights of files")
def test_a_key_that_others_may_read_is_not_used(tmp_path: Path) -> None:
    said("--data", tmp_path)
    (tmp_path / "secret.key").write_bytes(bytes(32))
    (tmp_path / "secret.key").chmod(0o640)
    done = jishi("up", "--port", 0, "--data", tmp_path)
    assert done.code == 2
    assert "secret.key" in done.err
    assert "删除" in done.err


# ------------------------------------------------------------------ the server


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path]]:
    """Serve the sample."""
    folder = tmp_path_factory.mktemp("served")
    with serving("--sample", "--data", folder) as server:
        yield server, folder / "sample"


def test_everybody_in_the_sample_comes_in_with_the_password_that_was_printed(sample: tuple[Server, Path]) -> None:
    server, _ = sample
    logins = {one["login"] for one in server.said["accounts"]}
    assert {"jg.shuji", "dx.zuzhiyuan", "gw.jiancha", "admin"} <= logins
    for login in ("jg.shuji", "gw.jiancha"):
        answer = Browser(server.address).sign_in(login, server.said["password"])
        assert answer.status == 200
        assert "/sign-in" not in answer.url
    refused = Browser(server.address).sign_in("jg.shuji", "another password")
    assert refused.status == 401


def test_whoever_watches_it_hears_no_more_than_that_it_is_well(sample: tuple[Server, Path]) -> None:
    server, _ = sample
    for path in ("/healthz", "/readyz"):
        answer = Browser(server.address).get(path)
        assert (answer.status, answer.text) == (200, "ok\n")
        assert "Server" not in answer.headers


def test_the_key_is_its_users_alone_and_lasts(sample: tuple[Server, Path]) -> None:
    _, folder = sample
    key = folder / "secret.key"
    assert len(key.read_bytes()) == 32
    assert os.name != "posix" or stat.S_IMODE(key.stat().st_mode) == 0o600


def test_a_second_server_on_the_same_port_gives_nobody_a_new_password(sample: tuple[Server, Path]) -> None:
    server, folder = sample
    port = server.address.rstrip("/").rpartition(":")[2]
    done = in_a_process("up", "--sample", "--port", port, "--data", folder.parent)
    assert done.code == 2, done.out
    assert "/sign-in" not in Browser(server.address).sign_in("jg.zuzhi", server.said["password"]).url


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_server_ends_in_order_and_goes_on_behind_a_proxy(tmp_path: Path) -> None:
    """Change the first password, end the server by one signal and then by another, and meet the same session again."""
    with serving("--data", tmp_path, *FOUNDED) as server:
        browser = Browser(server.address)
        claiming(browser)  # whoever claims to be a proxy is not heard
        first = browser.sign_in("dw.guanli", server.said["password"])
        assert first.url.endswith("/password")
        changed = browser.submit("/password", "/password", old=server.said["password"], new=NEW, again=NEW)
        assert (changed.status, changed.url.endswith("/password")) == (200, False)
        assert ended(server, signal.SIGTERM) == (0, "")
    port = server.address.rstrip("/").rpartition(":")[2]
    with serving("--data", tmp_path, "--port", port, "--https", "--proxies", "1") as server:
        assert (server.said["address"], "password" in server.said) == (None, False)
        still = browser.get("/offices")  # the key is the same, and so the session goes on
        assert (still.status, "/sign-in" in still.url) == (200, False)
        visitor = Browser(f"http://127.0.0.1:{port}")
        claiming(visitor)
        page = visitor.get("/sign-in")
        cookie, token = page.headers["Set-Cookie"], TOKEN.search(page.text)
        assert token is not None
        assert "Secure" in cookie
        assert "Strict-Transport-Security" in page.headers
        visitor.opener.addheaders.append(("Cookie", cookie.partition(";")[0]))
        typed = {"csrf_token": token.group(1), "login": "nobody", "password": NEW}
        assert visitor.get("/sign-in", **typed).status == 400  # over HTTPS a form comes from a page of ours, or not
        visitor.opener.addheaders.append(("Referer", "https://jishi.example/sign-in"))
        assert visitor.get("/sign-in", **typed).status == 401
        assert ended(server, signal.SIGINT) == (0, "")


def claiming(browser: Browser) -> None:
    """Let a browser say what a proxy says."""
    browser.opener.addheaders += [("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "jishi.example")]


def ended(server: Server, number: int) -> tuple[int, str]:
    """End a server and return its exit code and what it complained of."""
    code = server.stop(number)
    assert server.process.stderr is not None
    return code, server.process.stderr.read()
