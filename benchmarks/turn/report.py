"""What was measured, as a table and as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

CLIENTS = (1, 8, 32)
LATENCIES = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000)  # ms, marked in the plot


@dataclass
class Cell:
    """A load of some clients: latencies in seconds, best first, and processor time a turn."""

    taken: list[float]
    seconds: float
    cpu: float

    @property
    def rate(self) -> float:
        """Turns a second."""
        return len(self.taken) / self.seconds

    def spot(self, part: float) -> float:
        """The latency in ms that a part of the turns stay below."""
        return self.taken[min(int(len(self.taken) * part), len(self.taken) - 1)] * 1000


@dataclass
class Measured:
    """A set-up and its figures."""

    name: str
    training: float  # s
    cold: float = 0.0  # s
    memory: float = 0.0  # MiB
    early: float = 0.0  # s, the 5th turn
    late: float = 0.0  # s, the 200th
    cells: dict[int, Cell] = field(default_factory=dict)


def show(console: Console, found: Sequence[Measured]) -> None:
    """Both tables."""
    turns = Table("set-up", "clients", "turns/s", "p50 ms", "p95 ms", "p99 ms", "CPU ms a turn")
    for each in found:
        for clients, cell in each.cells.items():
            spots = [f"{cell.spot(part):.1f}" for part in (0.5, 0.95, 0.99)]
            turns.add_row(each.name, str(clients), f"{cell.rate:.1f}", *spots, f"{cell.cpu * 1000:.1f}")
        turns.add_section()
    console.print(turns)
    rest = Table(
        "set-up", "5th turn ms", "200th turn ms", "ratio", "memory MiB", "cold start s", "training s"
    )
    for each in found:
        ratio = f"{each.late / each.early:.2f}"
        times = f"{each.early * 1000:.1f}", f"{each.late * 1000:.1f}", ratio
        rest.add_row(each.name, *times, f"{each.memory:.0f}", f"{each.cold:.1f}", f"{each.training:.0f}")
    console.print(rest)


def compare(console: Console, stock: Measured, ours: Sequence[Measured]) -> None:
    """How many times better than stock Rasa with the same NLU."""
    table = Table(
        "against " + stock.name, *(f"turns/s, {n}" for n in CLIENTS), *(f"p50, {n}" for n in CLIENTS)
    )
    for each in ours:
        rates = [f"{each.cells[n].rate / stock.cells[n].rate:.1f} ×" for n in CLIENTS]
        times = [f"1/{stock.cells[n].spot(0.5) / each.cells[n].spot(0.5):.1f}" for n in CLIENTS]
        table.add_row(each.name, *rates, *times)
    console.print(table)


def draw(path: Path, found: Sequence[Measured]) -> None:
    """Turns a second and latency by clients (logarithmic)."""
    from matplotlib import rcParams
    from matplotlib.figure import Figure

    rcParams["font.family"] = ["NanumGothic", "Noto Sans CJK KR", "DejaVu Sans"]
    figure = Figure(figsize=(11, 4.2), constrained_layout=True)
    left, right = figure.subplots(1, 2)
    for each in found:
        counts = list(each.cells)
        line = "--" if each.name.startswith("stock") else "-"
        left.plot(counts, [each.cells[n].rate for n in counts], line, marker="o", label=each.name)
        low = [each.cells[n].spot(0.5) for n in counts]
        drawn = right.plot(counts, low, line, marker="o", label=each.name)[0]
        right.fill_between(
            counts, low, [each.cells[n].spot(0.95) for n in counts], alpha=0.12, color=drawn.get_color()
        )
    for axes, title in ((left, "turns a second"), (right, "ms a turn: p50, shaded up to p95")):
        axes.set(xscale="log", xlabel="clients", title=title)
        axes.set_xticks(CLIENTS, map(str, CLIENTS))
        axes.minorticks_off()
        axes.grid(alpha=0.3)
    left.set_ylim(bottom=0)
    right.set_yscale("log")
    right.set_yticks(LATENCIES, map(str, LATENCIES))
    right.minorticks_off()
    right.legend(fontsize=8)
    figure.savefig(path, dpi=110)
