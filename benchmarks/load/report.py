"""The figures of a run: a table for the README, and a plot."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot as plt  # noqa: E402

from benchmarks.load.vendors import Call  # noqa: E402
from benchmarks.staged import Memory  # noqa: E402

BIN_SECONDS = 10
DONE = "everywhere"
_BEGIN, _END = "<!-- written by run.py -->", "<!-- end -->"


@dataclass(frozen=True)
class Sample:
    """Memory of the server at a time."""

    at: float
    memory: Memory


@dataclass(frozen=True)
class Run:
    """What was seen; times are seconds since the load began."""

    calls: Sequence[Call]
    samples: Sequence[Sample]
    events: dict[str, float]  # what was done when
    seconds: float
    visits: int
    about: str


def growth(samples: Sequence[Sample], after: float) -> float:
    """MiB a minute, by least squares over the samples after a time."""
    late = [sample for sample in samples if sample.at >= after]
    if len(late) < 3:
        return 0.0
    return statistics.linear_regression([s.at / 60 for s in late], [s.memory.pss for s in late]).slope


def table(run: Run) -> str:
    """Markdown."""
    lines = [
        "| request | times | p50 ms | p95 ms | p99 ms | longest ms | failed |",
        "|---|---|---|---|---|---|---|",
    ]
    kinds = sorted(
        {call.kind for call in run.calls}, key=lambda kind: -sum(c.kind == kind for c in run.calls)
    )
    for kind in ["all", *kinds]:
        calls = [call for call in run.calls if kind in ("all", call.kind)]
        ordered = sorted(call.seconds * 1000 for call in calls)
        spots = [ordered[min(int(len(ordered) * part), len(ordered) - 1)] for part in (0.5, 0.95, 0.99, 1)]
        failed = sum(bool(call.failure) for call in calls)
        lines.append(
            f"| {kind} | {len(calls)} | " + " | ".join(f"{spot:.0f}" for spot in spots) + f" | {failed} |"
        )
    return "\n".join(lines)


def words(run: Run) -> str:
    """What the table does not say."""
    first = next((each for each in run.samples if each.at >= 30), run.samples[0]).memory
    last = run.samples[-1].memory
    most, beside = (max(getattr(s.memory, name) for s in run.samples) for name in ("pss", "beside"))
    events = " · ".join(f"{name} at {at:.0f} s" for name, at in run.events.items())
    return (
        f"{run.about}\n\n{run.visits} visits in {run.seconds / 60:.1f} minutes, {len(run.calls) / run.seconds:.1f} requests a "
        f"second. {events}.\n\nMemory of the server (PSS; RSS in brackets): {first.pss:.0f} ({first.rss:.0f}) MiB half a minute after "
        f"the beginning, {most:.0f} MiB at most, {last.pss:.0f} ({last.rss:.0f}) MiB at the end; from {settled(run):.0f} s on "
        f"**{growth(run.samples, settled(run)):+.1f} MiB a minute**. The process that fits the search anew beside it: {beside:.0f} MiB."
    )


def settled(run: Run) -> float:
    """When everything that was changed had been taken over."""
    return max(run.events.values(), default=0.0)


def plot(run: Run, path: Path) -> None:
    """Latency and rate in bins of ten seconds, and memory, over time."""
    figure, (above, middle, below) = plt.subplots(3, 1, figsize=(9, 8), sharex=True)
    starts = range(0, int(run.seconds) + 1, BIN_SECONDS)
    middles, p50, p95, rates, failed = [], [], [], [], []
    for start in starts:
        within = [call for call in run.calls if start <= call.at < start + BIN_SECONDS]
        asked = sorted(call.seconds * 1000 for call in within if call.kind == "question")
        if not asked:
            continue
        middles.append(start + BIN_SECONDS / 2)
        p50.append(asked[len(asked) // 2])
        p95.append(asked[min(int(len(asked) * 0.95), len(asked) - 1)])
        rates.append(len(within) / min(BIN_SECONDS, run.seconds - start or BIN_SECONDS))
        failed.append(sum(bool(call.failure) for call in within))
    above.plot(middles, p50, label="p50")
    above.plot(middles, p95, label="p95")
    above.set_ylabel("a question, ms")
    above.set_ylim(bottom=0)
    above.legend(loc="upper right")
    middle.plot(middles, rates, color="tab:green", label="requests a second")
    middle.plot(middles, failed, color="tab:red", label="failed in ten seconds")
    middle.set_ylim(bottom=0)
    middle.legend(loc="upper right")
    times = [sample.at for sample in run.samples]
    below.plot(times, [sample.memory.pss for sample in run.samples], color="tab:purple", label="server")
    below.plot(times, [sample.memory.beside for sample in run.samples], color="silver", label="fit beside it")
    below.legend(loc="center right")
    below.set_ylabel("memory (PSS), MiB")
    below.set_ylim(bottom=0)
    below.set_xlabel("seconds")
    for axis in (above, middle, below):
        axis.grid(alpha=0.3)
        for name, at in run.events.items():
            axis.axvline(at, color="grey", linestyle=":", linewidth=1)
            if axis is below and not name.endswith(DONE):
                axis.annotate(name, (at, 0), rotation=90, fontsize=8, va="bottom", ha="right", color="grey")
    figure.tight_layout()
    figure.savefig(path, dpi=100)
    plt.close(figure)


def write(run: Run, readme: Path) -> None:
    """Puts table and words between the README's marks."""
    text = readme.read_text(encoding="utf-8")
    head, _, rest = text.partition(_BEGIN)
    _, _, tail = rest.partition(_END)
    readme.write_text(
        f"{head}{_BEGIN}\n\n{words(run)}\n\n![load](load.png)\n\n{table(run)}\n\n{_END}{tail}",
        encoding="utf-8",
    )
