#!/usr/bin/env python3
"""Set everything up beside this file and run it: the sample in a browser, an audit, the checks, or ``jishi`` itself.

Needs Python 3.11 or newer and nothing else. It is written so that an older Python still reads it and says so.
"""

import hashlib
import importlib.util
import json
import os
import platform
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "jishi-setup.json"
WINDOWS = os.name == "nt"
BIN = VENV / ("Scripts" if WINDOWS else "bin")
SUFFIX = ".exe" if WINDOWS else ""
PYTHON = BIN / ("python" + SUFFIX)
OLDEST = (3, 11)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
LEFT_OUT = ("PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE")  # other packages; every start compiled anew
PARALLEL = ("--numprocesses=auto", "--maxprocesses=8", "--dist=loadfile")
# Rooms of which every line is to be reached by their own tests; all others are quicker when nobody counts lines.
ROOMS = ("bulk", "calendar", "case", "law", "machine", "plan", "prover", "regulation", "rules", "seal")
PURE = tuple(f"tests/{room}" for room in ROOMS)
AUDIT_FOUND_SOMETHING = 1
USAGE = """\
python3 run.py                 打开示例网页 / the sample office in a browser
python3 run.py --port 8081     同上，另用端口（选项见 jishi up --help） / the same with options of jishi up
python3 run.py audit           审查示例台账 / audit the sample ledger
python3 run.py jishi 参数…     运行 jishi / run jishi with these arguments
python3 run.py test            运行全部检查 / run every check
python3 run.py test --spark    安装 Spark 并只运行其检查 / install Spark and run its checks alone"""
JAVA = "openjdk-17-jre-headless"  # as Debian names the oldest that Spark 4 takes


class SetupError(Exception):
    """What hinders the set-up, and what to do, ready to be shown."""


def say(text: str) -> None:
    """Print at once, so that lines of ours and of child processes keep their order."""
    print(text, flush=True)


def complaint(version: "tuple[int, ...]") -> "str | None":
    """Return what to tell the user of a Python that is too old; None if it will do."""
    if version[:2] >= OLDEST:
        return None
    this = ".".join(map(str, version[:2]))
    newer = next(filter(shutil.which, (f"python3.{minor}" for minor in range(20, 10, -1))), None)
    advice = (
        f"请改用 / Please use: {newer} run.py"
        if newer
        else "请安装新版 / Please install a newer one: https://www.python.org/downloads/"
    )
    return f"需要 Python 3.11 或更新版本，当前为 {this} / Jishi needs Python 3.11 or newer; this is {this}.\n{advice}"


def environment() -> "dict[str, str]":
    """Return the environment of child processes: the user's, without what leads Python astray or slows it."""
    kept = {key: value for key, value in os.environ.items() if key not in LEFT_OUT}
    kept.update(PYTHONUTF8="1", PYTHONNOUSERSITE="1", PIP_DISABLE_PIP_VERSION_CHECK="1")
    if not sys.stdout.isatty():
        for key in ("FORCE_COLOR", "CLICOLOR_FORCE", "PY_COLORS"):
            kept.pop(key, None)
        kept["NO_COLOR"] = "1"
    return kept


def call(command: "list[str]", cwd: "Path | None" = None) -> int:
    """Run a command with the terminal's own input and output and return its exit code."""
    return subprocess.call(command, cwd=cwd, env=environment())


# --- system packages: only Debian and its kin, only when it can be done without a question -------------------


def privileged() -> "list[str] | None":
    """Return what to put before a command so that it runs as root without asking; None if that cannot be."""
    if WINDOWS:
        return None
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.call(["sudo", "-n", "true"], stderr=subprocess.DEVNULL) == 0:
        return ["sudo", "-n"]
    return None


def apt_install(*packages: str) -> bool:
    """Install Debian packages if this is Debian and we may; return whether it worked."""
    before = privileged()
    if before is None or not shutil.which("apt-get"):
        return False
    say("正在安装系统软件包 / Installing system packages: " + " ".join(packages))
    # dpkg needs the folders of root, which a bare environment leaves out.
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/local/sbin", "/usr/sbin", "/sbin"])
    apt = [*before, "env", "PATH=" + path, "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y"]
    apt += ["-o", "DPkg::Lock::Timeout=300"]
    quiet([*apt, "update"])  # a third party's list that cannot be read does not matter here
    return quiet([*apt, "install", "--no-install-recommends", *packages])


def quiet(command: "list[str]") -> bool:
    """Run a command, show what it printed only if it failed, and return whether it succeeded."""
    done = subprocess.run(command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        say(done.stdout.decode("utf-8", "replace"))
    return done.returncode == 0


def offer_browser() -> bool:
    """See to a Chromium with Chinese letters for the test of the HTML report; return whether it can be driven."""
    if shutil.which("apt-get"):
        wanted = [] if any(map(shutil.which, BROWSERS)) else ["chromium"]
        wanted += [] if has_chinese_font() else ["fonts-noto-cjk"]
        wanted += [] if has_driver() else ["libatomic1"]  # the driver is a Node.js, which is linked against it
        if wanted and not apt_install(*wanted):
            say(f"请安装 / Please install: sudo apt-get install {' '.join(wanted)}")
    found = any(map(shutil.which, BROWSERS)) and has_driver()
    if not found:
        say(
            "没有可用的 Chromium：浏览器测试可能不运行 / No Chromium that can be driven: the browser tests may not run."
        )
    return found


def has_chinese_font() -> bool:
    """Tell whether fontconfig knows a font for Chinese."""
    if not shutil.which("fc-list"):
        return False
    return bool(subprocess.run(["fc-list", ":lang=zh"], stdout=subprocess.PIPE, check=False).stdout)


def offer_java() -> bool:
    """See to a Java for Spark; return whether there is one."""
    home = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java")
    if found or apt_install(JAVA):
        return True
    say(f"请安装 Java 17 或 21 / Please install Java 17 or 21: sudo apt-get install {JAVA}")
    return False


def has_driver() -> bool:
    """Tell whether the program that drives the browser starts on this system."""
    command = [str(PYTHON), "-m", "playwright", "--version"]
    return not subprocess.call(command, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


# --- the environment beside this file ------------------------------------------------------------------------


def key() -> "dict[str, str]":
    """Return what the installed environment depends on: when it differs, the set-up is done again."""
    project = hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()
    return {"project": project, "python": platform.python_version(), "where": str(ROOT)}


def stamp() -> "dict[str, object]":
    """Return what was set up, empty if nothing was, or not to the end."""
    try:
        found = json.loads(STAMP.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def is_set_up(*, tests: bool, spark: bool = False) -> bool:
    """Tell whether the environment is there, unchanged, and holds what the tests and Spark need if asked for."""
    found = stamp()
    holds = (found.get("tests") is True or not tests) and (found.get("spark") is True or not spark)
    return found.get("key") == key() and holds and works()


def works() -> bool:
    """Tell whether the environment's own Python starts (its base may have been removed)."""
    try:
        return subprocess.call([str(PYTHON), "-c", "import pip"], env=environment(), stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def make_environment() -> None:
    """Make ``.venv`` beside this file, installing Debian's venv package first where it is missing."""
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        if not apt_install(package):
            raise SetupError(
                "这个 Python 缺少 venv 模块 / This Python lacks its venv module.\n"
                f"请运行 / Please run: sudo apt-get install {package}\n"
                "然后重试 / and then try again."
            )
    say("正在建立环境 / Making the environment: .venv")
    clear = ["--clear"] if STAMP.exists() else []  # a .venv that this file did not set up is not emptied
    if call([sys.executable, "-m", "venv", *clear, str(VENV)]):
        raise SetupError(
            "无法建立 .venv / .venv could not be made (reason above).\n"
            "请确认目录可写，或删除其中的 .venv 后重试 / "
            f"See that this folder is writable, or delete .venv in it and try again: {ROOT}"
        )


def set_up(*, tests: bool, spark: bool = False) -> None:
    """Have the project and its packages in ``.venv``; nothing is done when nothing has changed."""
    if is_set_up(tests=tests, spark=spark):
        return
    tests, spark = tests or stamp().get("tests") is True, spark or stamp().get("spark") is True
    extras = ",".join(name for name, wanted in (("test", tests), ("spark", spark)) if wanted)
    if not works() or stamp().get("key", {}) not in ({}, key()):
        make_environment()
    STAMP.write_text("{}", "utf-8")  # begun, not finished
    say("正在安装（首次约一分钟） / Installing (about a minute the first time) …")
    install = [str(PYTHON), "-m", "pip", "install", "--quiet", "--no-input", "--use-pep517", "--editable"]
    if call([*install, str(ROOT) + (f"[{extras}]" if extras else "")]):
        raise SetupError(
            "安装未完成（原因见上） / The installation did not finish (reason above).\n"
            "若网络受限，请用 PIP_INDEX_URL 指定软件包镜像后重试 / "
            "If the network is restricted, name a package mirror in PIP_INDEX_URL and try again."
        )
    STAMP.write_text(json.dumps({"key": key(), "tests": tests, "spark": spark}), "utf-8")


# --- what can be asked for -----------------------------------------------------------------------------------


def jishi(arguments: "list[str]") -> int:
    """Become ``jishi`` with these arguments, so that whoever ends this program ends that; paths are the caller's."""
    set_up(tests=False)
    command = [str(BIN / ("jishi" + SUFFIX)), *arguments]
    if not WINDOWS:
        os.execve(command[0], command, environment())  # noqa: S606 - the program that it has installed
    with subprocess.Popen(command, env=environment()) as running:
        while True:
            try:
                return running.wait()
            except KeyboardInterrupt:  # it was told, too, and ends in its own time
                continue


def demo() -> int:
    """Show the sample office in a browser: make it if there is none yet, and serve it until Ctrl+C."""
    return jishi(["up", "--sample"])


def audit() -> int:
    """Audit the sample ledger; that it has findings is what it is for, so it counts as success."""
    csv, html = results = ROOT / "findings.csv", ROOT / "findings.html"
    arguments = ["audit", "examples/branch-ledger.xlsx", "--as-of", "2026-11-21"]
    arguments += ["--out", csv.name, "--html", html.name]
    for result in results:
        result.unlink(missing_ok=True)
    say("$ jishi " + " ".join(arguments))
    set_up(tests=False)
    code = call([str(BIN / ("jishi" + SUFFIX)), *arguments], cwd=ROOT)
    if code not in (0, AUDIT_FOUND_SOMETHING) or not all(result.exists() for result in results):
        return code or 2
    say("\n示例台账（人员均为虚构）已审查 / The sample ledger (all people invented) has been audited.")
    if code:
        say("发现问题属预期，故本命令成功 / Findings are expected here, so this command succeeds.")
    say(f"  表格 / table:  {csv}\n  网页 / report: {html}")
    return 0


def checks() -> "list[tuple[str, list[str]]]":
    """Return every check with its command, quickest first."""
    python = [str(PYTHON), "-m"]
    return [
        ("format", [*python, "ruff", "format", "--check", "."]),
        ("lint", [*python, "ruff", "check", "."]),
        ("types", [*python, "mypy"]),
        ("layers", [str(BIN / ("lint-imports" + SUFFIX))]),
        ("pure", [*python, "pytest", *PARALLEL, "--cov", "--cov-report=term", *PURE]),
        ("tests", [*python, "pytest", *PARALLEL, *(f"--ignore={room}" for room in PURE)]),
    ]


def test() -> int:
    """Run every check, also after one has failed, and sum up."""
    set_up(tests=True)
    if offer_browser():
        os.environ.setdefault("JISHI_BROWSER", "required")  # it is there: a browser test that does not run has failed
    results = []
    for name, command in checks():
        say("\n── " + name)
        started = time.monotonic()
        results.append((name, call(command, cwd=ROOT), time.monotonic() - started))
    say("\n── 汇总 / summary")
    for name, code, seconds in results:
        say(f"{name:8} {'FAILED' if code else 'ok':6} {seconds:6.1f} s")
    if stamp().get("spark") is not True:
        say("spark    未运行 / left out: python3 run.py test --spark")
    return 1 if any(code for _, code, _ in results) else 0


def test_spark() -> int:
    """Install what Spark needs, and run its tests: one batch drawn anew each time."""
    if not offer_java():
        return 2
    set_up(tests=True, spark=True)
    os.environ["JISHI_SPARK"] = "required"  # what it needs is there: a test that does not run has failed
    return call([str(PYTHON), "-m", "pytest", "tests/bulk/test_spark.py"], cwd=ROOT)


KNOWN = {"demo": demo, "audit": audit, "test": test}


def main(arguments: "list[str]") -> int:
    """Do what the command line asks for and return the exit code."""
    command, rest = (arguments[0], arguments[1:]) if arguments else ("demo", [])
    if command == "jishi":
        return jishi(rest)
    if command in ("-h", "--help", "help"):
        say(USAGE)
        return 0
    if command.startswith("-"):  # options for what is shown without any
        return jishi(["up", "--sample", *arguments])
    if command == "test" and rest == ["--spark"]:
        return test_spark()
    if command in KNOWN and not rest:
        return KNOWN[command]()
    say(USAGE)
    return 2


def start() -> int:
    """Refuse an old Python, make the output able to hold Chinese, and run."""
    reason = complaint(sys.version_info[:3])
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")
    if reason:
        say(reason)
        return 2
    try:
        return main(sys.argv[1:])
    except SetupError as error:
        say(str(error))
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(start())
