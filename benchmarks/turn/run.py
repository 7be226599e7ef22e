"""What a turn costs over HTTP: cold start, memory, latency, throughput, and the 200th turn against the 5th.

    .venv/bin/python benchmarks/turn/run.py [--seconds 15] [--workers 1]

Starts `elbi serve` on a free loopback port with a database of its own and prints a table. Each client is a vendor of its
own (half of them members) that asks the next question when the last one is answered.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

import aiohttp
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[2]
API = "/api/v1"


def questions() -> list[str]:
    """Phrasings of the FAQ, shuffled with a fixed seed."""
    from bot.faq.loader import load
    from bot.settings import Settings

    settings = Settings.from_env()
    asked = [
        text for entry in load(settings.faq_dir, settings.link_hosts).entries for text in entry.questions
    ]
    random.Random(0).shuffle(asked)
    return asked


async def open_session(http: aiohttp.ClientSession, member: bool) -> dict[str, str]:
    body = {}
    if member:
        async with http.post("/demo/login") as response:
            body = {"token": (await response.json())["token"]}
    async with http.post(API + "/sessions", json=body) as response:
        return {"Authorization": f"Bearer {(await response.json())['session']}"}


async def turn(http: aiohttp.ClientSession, headers: dict[str, str], text: str) -> float:
    """Seconds of one turn; raises where it was not answered."""
    began = time.perf_counter()
    async with http.post(
        API + "/messages", json={"id": str(uuid.uuid4()), "text": text}, headers=headers
    ) as response:
        answer = await response.json()
        assert response.status == 200 and answer["replies"], answer
    return time.perf_counter() - began


async def load(url: str, clients: int, seconds: float, asked: list[str]) -> list[float]:
    """Latencies of every turn of `clients` clients within `seconds`."""
    taken: list[float] = []
    async with aiohttp.ClientSession(url, connector=aiohttp.TCPConnector(limit=0)) as http:
        # every member of its own: the demo login is one person, whose turns queue up behind each other
        sessions = [await open_session(http, member=number == 0) for number in range(clients)]
        end = time.perf_counter() + seconds

        async def client(number: int) -> None:
            for text in itertools.islice(itertools.cycle(asked), number * 37, None):
                if time.perf_counter() > end:
                    return
                taken.append(await turn(http, sessions[number], text))

        await asyncio.gather(*map(client, range(clients)))
    return taken


async def long_conversation(url: str, asked: list[str]) -> tuple[float, float]:
    """Median seconds of turns 3-7 and 196-204 of one conversation, asking one question throughout."""
    async with aiohttp.ClientSession(url) as http:
        headers = await open_session(http, member=True)
        taken = [await turn(http, headers, asked[0]) for _ in range(204)]
    return statistics.median(taken[2:7]), statistics.median(taken[195:204])


def memory(pid: int) -> float:
    """MiB of a process and its children, shared pages counted once (PSS)."""
    pids = [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]
    lines = [line for each in pids for line in Path(f"/proc/{each}/smaps_rollup").read_text().splitlines()]
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def cpu_seconds(pid: int) -> float:
    pids = [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]
    ticks = [Path(f"/proc/{each}/stat").read_text().rsplit(")", 1)[1].split()[11:13] for each in pids]
    return sum(int(tick) for pair in ticks for tick in pair) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=15, help="of each load")
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args()
    asked = questions()
    subprocess.run([sys.executable, "-m", "bot", "train"], cwd=ROOT, check=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as state:
        environ = os.environ | {
            "ELBI_STATE_DIR": state,
            "ELBI_MESSAGES_PER_MINUTE": "1000000",
            "ELBI_SESSIONS_PER_MINUTE": "100000",
        }
        command = [
            sys.executable,
            "-m",
            "bot",
            "serve",
            "--demo",
            "--port",
            str(port),
            "--workers",
            str(options.workers),
        ]
        began = time.perf_counter()
        server = subprocess.Popen(
            command, cwd=ROOT, env=environ, start_new_session=True, stderr=subprocess.DEVNULL
        )
        try:
            asyncio.run(measure(url, server.pid, began, options.seconds, asked))
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait()


async def measure(url: str, pid: int, began: float, seconds: float, asked: list[str]) -> None:
    while True:
        try:
            async with aiohttp.ClientSession(url) as http:
                await turn(http, await open_session(http, member=False), asked[0])
            break
        except aiohttp.ClientError:
            await asyncio.sleep(0.05)
    console = Console(width=110)
    console.print(f"cold start to first answer: {time.perf_counter() - began:.1f} s")
    await load(url, 1, 2, asked)
    table = Table("clients", "turns/s", "p50 ms", "p95 ms", "p99 ms", "CPU ms a turn")
    for clients in (1, 8, 32):
        spent = cpu_seconds(pid)
        taken = sorted(await load(url, clients, seconds, asked))
        spent = cpu_seconds(pid) - spent
        spots = [taken[int(len(taken) * part)] * 1000 for part in (0.5, 0.95, 0.99)]
        table.add_row(
            str(clients),
            f"{len(taken) / seconds:.0f}",
            *(f"{spot:.1f}" for spot in spots),
            f"{spent / len(taken) * 1000:.1f}",
        )
    console.print(table)
    early, late = await long_conversation(url, asked)
    console.print(
        f"one conversation: turn 5 {early * 1000:.1f} ms, turn 200 {late * 1000:.1f} ms ({late / early:.2f} times)"
    )
    console.print(f"memory after all that: {memory(pid):.0f} MiB")


if __name__ == "__main__":
    main()
