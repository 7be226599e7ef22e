"""How often the right entry is found, on outside data and beside other rankers, in one run.

    .venv/bin/python benchmarks/quality/run.py ../shared/benchdata [--out benchmarks/quality]

Every folder of the directory holds faq/ and queries.jsonl (see `elbi eval retrieval --help`). Prints a table a set as
Markdown and writes it with --out to table.md, with a calibration plot of the shipped search for sets that have questions out
of scope. A second table holds what noise alone does to the shipped search: noisy questions against the same questions as
they were before, where a set has both (ids `x` and `x-noise`).
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[2])]

from baselines import Search, bm25, content_morphemes, kernel_ridge  # noqa: E402

from bot.evaluation import plots, retrieval  # noqa: E402
from bot.evaluation.queries import Query, read_queries  # noqa: E402
from bot.faq.loader import load_unchecked  # noqa: E402
from bot.faq.model import Content  # noqa: E402
from bot.korean.encoder import encoders  # noqa: E402
from bot.korean.synonyms import synonyms_of  # noqa: E402
from bot.search.fitting import SETTINGS  # noqa: E402
from bot.search.rows import Document, training_rows  # noqa: E402
from bot.settings import Settings  # noqa: E402

NOISES = ("nospace", "spacing", "vowel30", "jamo30", "phonetic")
KINDS = ("chat", "opinion", "near")
HEADER = ["ranker", "clean", *NOISES, *(f"AUROC {kind}" for kind in KINDS), "answered"]
HEADER += [*(f"refused {kind}" for kind in KINDS[:2]), "fit s", "search ms"]
PAIRED = ["noise", "pairs", "clean", "noisy", "Hit@1 won, lost", "Hit@5 won, lost"]


def outcomes_of(search: Search, content: Content, queries: Sequence[Query]) -> list[retrieval.Outcome]:
    """A baseline's outcomes; its confidence is its highest score, and it shows five entries whatever that is."""
    ids = [entry.id for entry in content.entries]
    scores = search([query.text for query in queries])
    order = np.argsort(-scores, axis=1, kind="stable")[:, :20]
    found = []
    for query, row, own in zip(queries, order, scores, strict=True):
        ranked = [ids[place] for place in row if own[place] > 0]
        rank = ranked.index(query.faq_id) + 1 if query.faq_id in ranked else 0
        found.append(retrieval.Outcome(query, rank, float(own.max()), (), tuple(ranked[:5])))
    return found


def line(
    name: str, outcomes: Sequence[retrieval.Outcome], fit: float, search: float, shipped: bool
) -> list[str]:
    figures = retrieval.measure(outcomes)
    kinds = figures["by_kind"]
    cells = [name, _hits(figures), *(_hits(figures["by_noise"].get(noise)) for noise in NOISES)]
    cells += [_share(kinds.get(kind, {}).get("oos_auroc")) for kind in KINDS]
    cells.append(_share(figures["answered"] if shipped else None))
    cells += [_share(kinds.get(kind, {}).get("refused") if shipped else None) for kind in KINDS[:2]]
    return [*cells, f"{fit:.1f}", f"{search:.1f}"]


def _hits(figures: dict | None) -> str:
    return f"{figures['hit@1']:.3f}/{figures['hit@5']:.3f}" if figures else "–"


def pairs(path: Path, queries: Sequence[Query]) -> list[tuple[int, int]]:
    """The places of a noisy question and of the clean one that it was made from, for those that have both."""
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    ids = [json.loads(line).get("id", "") for line in lines if line.strip()]
    clean = {name: place for place, name in enumerate(ids) if not queries[place].noise}
    twins = [clean.get(name.removesuffix(f"-{queries[place].noise}")) for place, name in enumerate(ids)]
    return [(place, twin) for place, twin in enumerate(twins) if twin is not None and queries[place].noise]


def paired(noise: str, outcomes: Sequence[retrieval.Outcome], both: Sequence[tuple[int, int]]) -> list[str]:
    """What one kind of noise does to the questions that are there without it too."""
    own = [pair for pair in both if outcomes[pair[0]].query.noise == noise]
    if not own:
        return [noise, "0", *["–"] * 4]
    ranks = np.array([[outcomes[place].rank or np.inf for place in pair] for pair in own])
    hits = [ranks <= most for most in (1, retrieval.FIRST)]
    cells = ["/".join(f"{found[:, side].mean():.3f}" for found in hits) for side in (1, 0)]
    cells += [
        f"+{(found[:, 0] & ~found[:, 1]).sum()} −{(found[:, 1] & ~found[:, 0]).sum()}" for found in hits
    ]
    return [noise, str(len(own)), *cells]


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def run(folder: Path, out: Path | None) -> tuple[list[list[str]], list[list[str]]]:
    """One line a ranker, and one a kind of noise."""
    content = load_unchecked(folder / "faq")
    queries = read_queries(folder / "queries.jsonl", {entry.id for entry in content.entries})
    documents = [
        Document(each.id, each.title, each.questions, each.keywords, each.answer) for each in content.entries
    ]
    both = pairs(folder / "queries.jsonl", queries)
    lines = []
    baselines: dict[str, Callable[[], Search]] = {
        "BM25, white space": lambda: bm25(documents, str.split),
        "BM25, Mecab content morphemes": lambda: bm25(documents, content_morphemes),
        "plain kernel ridge": lambda: kernel_ridge(documents),
    }
    for name, make in baselines.items():
        began = time.perf_counter()
        search = make()
        fitted = time.perf_counter()
        found = outcomes_of(search, content, queries)
        spent = 1000 * (time.perf_counter() - fitted) / len(queries)
        lines.append(line(name, found, fitted - began, spent, shipped=False))
    models, synonyms = Settings.from_env().model_dir, synonyms_of(tuple(content.synonyms))
    rows = [row.text for row in training_rows(documents, SETTINGS.weights, SETTINGS.most_rows, synonyms)]
    for setting in ("off", "use", "use+e5"):
        working = encoders(setting, models)
        for each in working:  # encoding is timed with the search, not with the fit
            each.encode(rows)
        began = time.perf_counter()
        indexes = retrieval.build_indexes(content, ["member"], working)
        fitted = time.perf_counter() - began
        found, spent = retrieval.run(indexes, queries)
        lines.append(line(f"엘비, {setting}", found, fitted, spent, shipped=True))
        if out and setting == "use+e5" and any(query.faq_id is None for query in queries):
            plots.save_calibration(
                out / f"calibration-{folder.name}.png",
                [each.confidence for each in found],
                [1 <= each.rank <= retrieval.FIRST for each in found],
                out_of_scope=[each.query.faq_id is None for each in found],
                threshold=indexes["member"].threshold,
            )
    return lines, [paired(noise, found, both) for noise in NOISES]


def markdown(*rows: Sequence[str]) -> str:
    """A table; the first row is its header."""
    header, *body = rows
    return "\n".join("| " + " | ".join(row) + " |" for row in (header, ["---"] * len(header), *body))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", type=Path)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    parts = []
    for folder in sorted(path.parent for path in options.sets.glob("*/queries.jsonl")):
        print(f"· {folder.name}", file=sys.stderr)
        lines, noises = run(folder, options.out)
        parts.append(f"## {folder.name}\n\n{markdown(HEADER, *lines)}\n\n{markdown(PAIRED, *noises)}\n")
        print(parts[-1], flush=True)
    if options.out:
        (options.out / "table.md").write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main()
