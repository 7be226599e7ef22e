"""Real parts for the tests: a trained model, running servers, SQLite and PostgreSQL databases."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.site import Site

ROOT = Path(__file__).parent.parent
ELBI = [sys.executable, "-m", "bot"]
MEMBER_SECRET = "the portal and elbi both know this; nobody else does"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--models", help="keep the trained models in this directory, for the next run of some tests"
    )


@pytest.fixture(scope="session")
def model_dir(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Path:
    """A directory with the models of the data as they are, trained in this run: Rasa's and the search's."""
    kept = pytestconfig.getoption("--models")
    directory = Path(kept).absolute() if kept else tmp_path_factory.mktemp("models")
    environ = environment(ELBI_MODEL_DIR=directory, ELBI_STATE_DIR=tmp_path_factory.mktemp("train"))
    for command in ("train", "fit"):
        subprocess.run([*ELBI, command], cwd=ROOT, env=environ, check=True, timeout=570)
    assert list(directory.glob("elbi-*.tar.gz"))
    return directory


def environment(**settings: object) -> dict[str, str]:
    """The environment of a command, with only the ELBI_ settings given here."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ELBI_")}
    return kept | {name: str(value) for name, value in settings.items()}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serving(
    state_dir: Path,
    model_dir: Path,
    *options: str,
    port: int | None = None,
    demo: bool = True,
    **settings: object,
) -> Iterator[Site]:
    """`elbi serve` as people run it, in its own process group; yields when it answers."""
    port = port or free_port()
    state_dir.mkdir(parents=True, exist_ok=True)
    values = {
        "ELBI_STATE_DIR": state_dir,
        "ELBI_MODEL_DIR": model_dir,
        "ELBI_MESSAGES_PER_MINUTE": 100000,
        "ELBI_SESSIONS_PER_MINUTE": 100000,
        "ELBI_SIGN_INS_PER_MINUTE": 100000,
        **settings,
    }
    command = [*ELBI, "serve", "--port", str(port), "--demo" if demo else "--no-demo", *options]
    with open(state_dir / "serve.log", "ab") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment(**values), stdout=log, stderr=log, start_new_session=True
        )
    site = Site(f"http://127.0.0.1:{port}", process, state_dir / "serve.log")
    try:
        wait_for(lambda: answers(site), timeout=180, alive=process)
        yield site
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(10)


def answers(site: Site) -> bool:
    try:
        return httpx.get(site.url + "/readyz", timeout=5, verify=False).status_code == 200
    except httpx.TransportError:
        return False


def wait_for(
    condition: Callable[[], object], timeout: float = 20, alive: subprocess.Popen | None = None
) -> None:
    """Waits until a condition holds; fails at once where the process has ended."""
    end = time.monotonic() + timeout
    while not condition():
        assert alive is None or alive.poll() is None, "the server has ended"
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.1)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, model_dir: Path) -> Iterator[Site]:
    """One running server (SQLite, demo) for all tests that do not harm it."""
    with serving(tmp_path_factory.mktemp("site"), model_dir) as running:
        yield running


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory, model_dir: Path) -> Iterator[Site]:
    """One running server (SQLite, demo) with FAQ files of its own, for tests in which staff change them."""
    home = tmp_path_factory.mktemp("desk")
    shutil.copytree(ROOT / "data" / "faq", home / "faq")
    settings = {
        "ELBI_FAQ_DIR": home / "faq",
        "ELBI_MEMBER_JWT_SECRET": MEMBER_SECRET,
        "ELBI_SETTLE_SECONDS": 3600,
    }
    with serving(home / "state", model_dir, **settings) as running:
        yield running


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL server of our own on a loopback port, its data in a temporary directory."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not programs:
        pytest.skip("PostgreSQL's programs are not installed")
    # not below pytest's own directory, which a second run at the same time closes to other users
    home = Path(tempfile.mkdtemp(prefix="elbi-postgres-"))
    data, port = home / "data", free_port()
    as_user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []  # it refuses to run as root
    if as_user:
        subprocess.run(["chown", "postgres", str(home)], check=True)

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [*as_user, str(programs[-1] / program), *arguments],
            check=True,
            cwd="/",
            stdout=subprocess.DEVNULL,
        )

    run("initdb", "-D", str(data), "-U", "elbi", "--auth=trust", "-E", "UTF8", "--no-sync")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=200"
    run("pg_ctl", "-D", str(data), "-w", "-o", options, "-l", str(home / "log"), "start")
    try:
        yield f"postgresql://elbi@127.0.0.1:{port}"
    finally:
        run("pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres: str) -> Iterator[str]:
    """The URL of an empty database on that server."""
    import sqlalchemy

    name = f"elbi_{time.monotonic_ns()}"
    engine = sqlalchemy.create_engine(postgres + "/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sqlalchemy.text(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"))
    yield f"{postgres}/{name}"
    with engine.connect() as connection:
        connection.execute(sqlalchemy.text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()
