"""Two hosts of 엘비 over one PostgreSQL and Redis behind nginx, as deploy/ has them, on loopback ports."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import redis

from tests.api.support import SECRET, signed, web
from tests.conftest import ELBI, ROOT, environment, free_port, serving, wait_for
from tests.durability.support import Tables
from tests.site import Person, Site
from tests.staff.desk import Staff

WORKERS = 2
SIGN_INS = 5  # a minute and address
DEPLOY = ROOT / "deploy"
PASSWORD = "a password of the test's admin"


class Redis:
    """A Redis of our own, that can be frozen, killed and brought back."""

    def __init__(self, home: Path) -> None:
        self.home, self.port = home, free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        home.mkdir(parents=True, exist_ok=True)
        self.start()

    def start(self) -> None:
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]  # fmt: skip
        with open(self.home / "log", "ab") as log:
            self.process = subprocess.Popen([*command, "--dir", str(self.home)], stdout=log, stderr=log)
        wait_for(self.answers, 10, self.process)

    def answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url, socket_timeout=1) as client:
                return client.ping()
        except redis.RedisError:
            return False

    def counters(self) -> list[bytes]:
        with redis.Redis.from_url(self.url) as client:
            return client.keys()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(10)


class Host:
    """An `elbi serve` that can be ended and started again on the same port."""

    def __init__(self, home: Path, models: Path, **settings: object) -> None:
        self.home, self.models, self.settings, self.port = home, models, settings, free_port()
        self._serving: AbstractContextManager[Site] | None = None

    def start(self) -> None:
        """Starts it; returns when it answers."""
        serves = serving(
            self.home,
            self.models,
            "--workers",
            str(WORKERS),
            port=self.port,
            demo=False,
            **self.settings,
        )
        self.site = serves.__enter__()
        self._serving = serves

    def end(self) -> None:
        """Ends it as a service manager does: SIGTERM, and SIGKILL where that does not help."""
        if self._serving:
            self._serving.__exit__(None, None, None)
            self._serving = None

    @property
    def workers(self) -> list[int]:
        pid = self.site.process.pid
        try:
            return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        except FileNotFoundError:
            return []

    def log(self) -> str:
        return self.site.log.read_text(encoding="utf-8")


@dataclass(frozen=True)
class Landscape:
    """The whole of it; `front` is nginx."""

    front: Site
    one: Host
    other: Host
    redis: Redis
    tables: Tables
    database_url: str
    faq: Path
    models: Path

    @property
    def hosts(self) -> tuple[Host, Host]:
        return self.one, self.other

    def member(self, subject: str) -> Person:
        return self.front.person(signed(sub=subject))

    def ways(self, person: Person) -> list[Person]:
        """A visitor's session at each host and at nginx."""
        sites = (self.one.site, self.other.site, self.front)
        return [Person(site.url, person.session, person.opened) for site in sites]

    def admin(self, host: Host) -> Staff:
        """The admin, signed in at one host."""
        staff = Staff(host.site, address="192.0.2.1")
        staff.done(staff.sign_in("admin", PASSWORD))
        return staff

    def at(self, host: Host, staff: Staff) -> Staff:
        """The same browser, sent to another host."""
        same = Staff(host.site)
        same.cookies, same.login = dict(staff.cookies), staff.login
        return same


@contextmanager
def landscape(home: Path, models: Path, database_url: str) -> Iterator[Landscape]:
    """Everything started; ended in the opposite order."""
    faq, shared_models = home / "faq", home / "models"
    shutil.copytree(ROOT / "data" / "faq", faq)
    shutil.copytree(models, shared_models)
    cache = Redis(home / "redis")
    settings = {
        "ELBI_DATABASE_URL": database_url,
        "ELBI_REDIS_URL": cache.url,
        "ELBI_FAQ_DIR": faq,
        "ELBI_MEMBER_JWT_SECRET": SECRET,
        "ELBI_SECRET": "both hosts open each other's seals with this",
        "ELBI_SETTLE_SECONDS": 86400,
        "ELBI_SIGN_INS_PER_MINUTE": SIGN_INS,
        "ELBI_PROXIES": 1,
        "OMP_NUM_THREADS": 1,
    }
    command = ["staff", "add", "admin", "--role", "admin", "--password", PASSWORD]
    for arguments in (["db", "upgrade"], command):
        subprocess.run([*ELBI, *arguments], cwd=ROOT, env=environment(**settings), check=True, timeout=120)
    one, other = (Host(home / f"host-{number}", shared_models, **settings) for number in (1, 2))
    proxy = None
    try:
        one.start()
        other.start()
        front, proxy = nginx(home / "nginx", one.port, other.port)
        tables = Tables(database_url)
        yield Landscape(front, one, other, cache, tables, database_url, faq, shared_models)
    finally:
        if proxy:
            proxy.terminate()
            proxy.wait(10)
        one.end()
        other.end()
        cache.kill()


def nginx(home: Path, *hosts: int) -> tuple[Site, subprocess.Popen]:
    """nginx with deploy/nginx.conf, its ports, paths and hosts replaced by ours."""
    home.mkdir(parents=True)
    subprocess.run(["sh", make_secrets(home), "127.0.0.1"], check=True, timeout=60)
    http, https = free_port(), free_port()
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    ours = {
        "listen 80;": f"listen 127.0.0.1:{http};",
        "listen 443 ssl;": f"listen 127.0.0.1:{https} ssl;",
        "/run/secrets/": f"{home}/secrets/",
        "/tmp/nginx": f"{home}/nginx",
        "/dev/stdout": f"{home}/access.log",
        "/dev/stderr": f"{home}/error.log",
        "worker_processes auto;": "worker_processes 2;" + ("user root;" if os.getuid() == 0 else ""),
        **{f"elbi-{number}:8000": f"127.0.0.1:{port}" for number, port in enumerate(hosts, 1)},
    }
    for theirs, mine in ours.items():
        assert theirs in text, f"deploy/nginx.conf has no {theirs}"
        text = text.replace(theirs, mine)
    (home / "nginx.conf").write_text(text, encoding="utf-8")
    command = ["nginx", "-e", str(home / "error.log"), "-c", str(home / "nginx.conf")]
    subprocess.run([*command, "-t"], check=True, timeout=20)
    process = subprocess.Popen([*command, "-g", "daemon off;"])
    site = Site(f"https://127.0.0.1:{https}", process, home / "error.log")
    wait_for(lambda: _up(site), 20, process)
    return site, process


def make_secrets(home: Path) -> str:
    """A copy of deploy/make-secrets, which puts them beside itself."""
    return shutil.copy2(DEPLOY / "make-secrets", home)


def _up(site: Site) -> bool:
    try:
        return web.get(site.url + "/healthz").status_code == 200
    except OSError:
        return False
    except Exception:
        time.sleep(0.1)
        return False
