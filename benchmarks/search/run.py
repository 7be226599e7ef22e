"""Search over 1,000, 10,000 and 100,000 entries: build, memory, search, suggestions, one edit, beside BM25 and SQLite FTS5.

    .venv/bin/python benchmarks/search/run.py [--sizes 1000,10000,100000] [--data DIR …] [--out DIR]

Each method runs at each size in a process of its own on one core. Results are kept in OUT/results.json, one for each method
and size, so that a run of one size renews its rows alone; table and plot are of all that is there. bm25s is installed
into OUT/packages, beside our environment and not into it.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
BM25S = "bm25s==0.3.16"
USUAL = [ROOT.parent / "shared" / "benchdata" / name for name in ("welfare", "chitchat", "parakqc")]
LABELS = {
    "elbi": "엘비, lexical",
    "elbi-use": "엘비 + USE",
    "bm25s": "BM25 (bm25s, Mecab)",
    "fts5": "FTS5, words",
    "fts5-trigram": "FTS5, trigram",
}
PLOTTED = {"elbi": "LV, lexical", "elbi-use": "LV + USE"}  # the plot's font may have no Hangul
ENCODED = 1_000  # entries up to which the encoder is measured too, unless --encoded says otherwise


def measure(method: str, size: int, options: argparse.Namespace, tell) -> dict | None:
    """The result of one method at one size; what it is doing goes to `tell`."""
    command = [sys.executable, str(HERE / "methods.py"), method, str(size)]
    command += ["--questions", str(options.questions), "--edits", str(options.edits)]
    command += ["--vectors", str(options.out / "vectors"), "--packages", str(options.out / "packages")]
    command += ["--data", *map(str, options.data)]
    one_core = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    environ = os.environ | one_core | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, cwd=ROOT, env=environ, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        said = []
        for line in child.stderr:
            said.append(line)
            if not line.startswith(" "):
                tell(line.strip()[:60])
        result = child.stdout.read()
    if child.returncode:
        Console(stderr=True).print(f"{method} at {size} failed:\n{''.join(said[-15:])}", markup=False)
        return None
    return json.loads(result.splitlines()[-1])


def table(results: list[dict]) -> str:
    head = (
        "| entries | method | build, CPU s | memory MiB | search p50 / p99 ms | of it CPU | suggest p50 / p99 ms | one edit live s "
        "(worst) | Hit@1 / Hit@5 |"
    )
    lines = [head, "|---" * 9 + "|"]
    for each in results:
        suggest, cpu = each.get("suggest"), each.get("search_cpu")
        build = each["build_s"] + each.get("reading_s", 0)
        edit = each["edit_s"]
        lines.append(
            f"| {each['size']:,} | {LABELS[each['method']]} | {build:.1f} | {each['memory_mib']:.0f} "
            f"| {each['search']['p50']:.2f} / {each['search']['p99']:.2f} "
            f"| {'{p50:.2f} / {p99:.2f}'.format(**cpu) if cpu else '–'} "
            f"| {'{p50:.2f} / {p99:.2f}'.format(**suggest) if suggest else '–'} "
            f"| {edit['median']:.3f} ({edit['worst']:.3f}) | {each['hit@1']:.3f} / {each['hit@5']:.3f} |"
        )
    for each in results:
        if "encoder" in each:
            lines.append(
                f"\n{LABELS[each['method']]}, {each['size']:,} entries: encoding all rows once {each['encoding_s']:.0f} s, "
                f"a question {each['encoder']['p50']:.1f} / {each['encoder']['p99']:.1f} ms (p50 / p99), both not in the table."
            )
        if each["method"] == "elbi":
            lines.append(
                f"\n엘비, {each['size']:,} entries: {each['files_mib']:.1f} MiB of YAML read and checked in "
                f"{each['reading_s']:.1f} s at the start; of one edit {each['reload_s']['median']:.3f} s are reading, "
                "checking and indexing, the rest is noticing it."
            )
    return "\n".join(lines)


def plot(results: list[dict], path: Path) -> None:
    panels = (
        ("search p99, ms", lambda each: each["search"]["p99"], 10),
        ("suggestions p99, ms", lambda each: each.get("suggest", {}).get("p99"), None),
        ("one edit live, s", lambda each: each["edit_s"]["median"], 1),
        ("Hit@1", lambda each: each["hit@1"], None),
    )
    figure, axes = plt.subplots(1, len(panels), figsize=(17, 4), layout="constrained")
    for (title, value, aim), ax in zip(panels, axes, strict=True):
        for number, (method, label) in enumerate(LABELS.items()):
            points = [(each["size"], value(each)) for each in results if each["method"] == method]
            points = [point for point in points if point[1] is not None]
            if points:
                ax.plot(
                    *zip(*points, strict=True),
                    marker="o",
                    color=f"C{number}",
                    label=PLOTTED.get(method, label),
                )
        if aim:
            ax.axhline(aim, color="gray", linestyle=":", label=f"aim at 100,000: {aim}")
        ax.set_xscale("log")
        ax.set_xlabel("entries")
        ax.set_title(title)
        if title != "Hit@1":
            ax.set_yscale("log")
        else:
            ax.set_ylim(0, 1.02)
        ax.grid(alpha=0.3)
    axes[0].legend(fontsize=8)
    figure.savefig(path, dpi=110)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default="1000,10000,100000")
    parser.add_argument("--methods", default=",".join(LABELS))
    parser.add_argument(
        "--encoded", type=int, default=ENCODED, help="entries up to which USE is measured too"
    )
    parser.add_argument("--data", nargs="*", type=Path, default=[each for each in USUAL if each.is_dir()])
    parser.add_argument("--questions", type=int, default=500)
    parser.add_argument("--edits", type=int, default=7)
    parser.add_argument("--out", type=Path, default=ROOT / "var" / "bench-search")
    options = parser.parse_args()
    options.out = options.out.resolve()
    options.out.mkdir(parents=True, exist_ok=True)
    kept = options.out / "results.json"
    known = (
        {(each["size"], each["method"]): each for each in json.loads(kept.read_text())}
        if kept.exists()
        else {}
    )
    work = [
        (int(size), method)
        for size in options.sizes.split(",")
        for method in options.methods.split(",")
        if method != "elbi-use" or int(size) <= options.encoded
    ]
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        bar = progress.add_task("installing bm25s", total=len(work))
        if any(method == "bm25s" for _, method in work) and not (options.out / "packages" / "bm25s").is_dir():
            install = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", BM25S, "--target"]
            subprocess.run([*install, str(options.out / "packages")], check=True)
        for size, method in work:
            doing = f"{size:,} {LABELS[method]}"
            result = measure(
                method,
                size,
                options,
                lambda step, doing=doing: progress.update(bar, description=f"{doing}: {step}"),
            )
            if result:
                known[size, method] = result
                order = list(LABELS)
                rows = sorted(known.values(), key=lambda each: (each["size"], order.index(each["method"])))
                kept.write_text(json.dumps(rows, indent=1))
            progress.advance(bar)
    rows = json.loads(kept.read_text())
    plot(rows, options.out / "search.png")
    print(table(rows))
    print(f"\nPlot: {options.out / 'search.png'}", file=sys.stderr)


if __name__ == "__main__":
    main()
