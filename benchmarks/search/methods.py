"""One method at one size, measured in a process of its own: `methods.py METHOD SIZE …` prints a JSON line."""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from corpus import Corpus, topics

from bot.faq.fields import EntryFields
from bot.korean.morphemes import forms
from bot.visitor import Visitor

MEMBER = Visitor(mode="member")
FIRST = 5
NEW_WORDS = (
    "무지개다리",
    "거북선모형",
    "은하수망원경",
    "솜사탕기계",
    "도깨비방망이",
    "해바라기씨앗",
    "종이비행기",
)
METHODS = ("elbi", "elbi-use", "bm25s", "fts5", "fts5-trigram")


def say(step: str) -> None:
    print(step, file=sys.stderr, flush=True)


def resident() -> float:
    """MiB of this process."""
    gc.collect()
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def worked(work: Callable[[], object]) -> float:
    """Seconds of one core that a piece of work takes, whatever else the machine does."""
    began = time.process_time()
    work()
    return time.process_time() - began


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    return {f"p{q}": float(np.percentile(seconds, q) * 1000) for q in (50, 99)}


def searched(corpus: Corpus, many: int, search: Callable[[str], Sequence[str]]) -> dict[str, object]:
    """Milliseconds of each search, by the clock and of one core, and how often the right entry was the first or among the
    first five."""
    asked = corpus.asked(many)
    for question in asked[:20]:
        search(question.text)
    taken, cpu, found = [], [], []
    for question in asked:
        began, worked_before = time.perf_counter(), time.process_time()
        ids = search(question.text)
        taken.append(time.perf_counter() - began)
        cpu.append(time.process_time() - worked_before)
        found.append((ids[:1] == [question.faq_id], question.faq_id in ids[:FIRST]))
    hits = np.mean(found, axis=0)
    return {
        "search": percentiles(taken),
        "search_cpu": percentiles(cpu),
        "hit@1": float(hits[0]),
        "hit@5": float(hits[1]),
    }


def suggested(corpus: Corpus, many: int, suggest: Callable[[str], object]) -> dict[str, float]:
    typed = corpus.typed(many)
    for text in typed[:20]:
        suggest(text)
    return percentiles([timed(lambda text=text: suggest(text)) for text in typed])


# 엘비 -------------------------------------------------------------------------------------------------------------------


def elbi(corpus: Corpus, options: argparse.Namespace, setting: str) -> dict[str, object]:
    from bot.faq.loader import load
    from bot.search.library import Library

    before = resident()
    with tempfile.TemporaryDirectory() as scratch:
        faq = Path(scratch) / "faq"
        say("writing the FAQ files")
        corpus.write(faq)
        size = sum(path.stat().st_size for path in faq.iterdir()) / 2**20
        say("reading and checking the FAQ files")
        reading = worked(lambda: load(faq))
        result: dict[str, object] = {"files_mib": size, "reading_s": reading}
        if setting != "off":
            say("encoding")
            result["encoding_s"] = worked(lambda: encode(faq, Path(options.vectors), setting))
        say("building the indexes of members and guests")
        models = Path(options.vectors) if setting != "off" else Path(scratch) / "models"
        library: list[Library] = []
        result["build_s"] = worked(
            lambda: library.append(Library(faq, Path(scratch) / "state", models, (), setting))
        )
        result["memory_mib"] = resident() - before
        gc.freeze()  # as the server does: what is loaded stays, and is not looked through for garbage
        index = library[0].catalogue.index_for(MEMBER)
        if setting != "off":
            result["encoder"] = warm(index, corpus, options.questions)
        say("searching")

        def search(text: str) -> list[str]:
            return [each.entry.id for each in index.search(text).candidates[:FIRST]]

        result |= searched(corpus, options.questions, search)
        say("suggesting")
        result["suggest"] = suggested(corpus, options.questions, index.suggest)
        say("editing")
        result |= asyncio.run(edited(library[0], faq, len(corpus), min(options.edits, len(NEW_WORDS))))
    return result


def encode(faq: Path, directory: Path, setting: str) -> None:
    """Has every row's vector kept, so that what is built afterwards does not wait for the encoder."""
    from bot.faq.loader import load
    from bot.korean.encoder import encoders
    from bot.korean.synonyms import Synonyms
    from bot.search.fitting import SETTINGS
    from bot.search.reading import read
    from bot.search.rows import training_rows

    documents = [read(entry).document for entry in load(faq).entries]
    rows = training_rows(documents, SETTINGS.weights, SETTINGS.most_rows, Synonyms())
    for encoder in encoders(setting, directory):
        encoder.encode([row.text for row in rows])


def warm(index, corpus: Corpus, many: int) -> dict[str, float]:
    """Milliseconds of encoding each question, which the encoder then remembers."""
    from bot.korean.phonetic import normalise

    ranker, taken = index.ranker, []
    encoder = ranker.fits[0].kernel.projection.encoder
    for question in corpus.asked(many):
        text = normalise(ranker.synonyms.usual(ranker.repair(question.text)))
        taken.append(timed(lambda text=text: encoder.encode([text])))
    return percentiles(taken)


def edit(path: Path, entry_id: str, phrasing: str) -> Path:
    """A file beside a FAQ file, with a further phrasing for an entry."""
    text = path.read_text(encoding="utf-8")
    start = text.index(f"- id: {entry_id}\n")
    place = text.index("    questions:\n", start) + len("    questions:\n")
    beside = path.with_name(".new")
    beside.write_text(f"{text[:place]}      - {phrasing}\n{text[place:]}", encoding="utf-8")
    return beside


async def edited(library, faq: Path, size: int, many: int) -> dict[str, object]:
    """Seconds from a file's being saved with one entry changed until the entry is found as it is now, as a server does it."""
    from watchfiles import awatch

    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    reloads: list[float] = []

    def reload() -> None:
        began = time.perf_counter()
        if library.reload():
            reloads.append(time.perf_counter() - began)

    async def follow() -> None:
        async for _changes in awatch(faq, debounce=400, step=50, stop_event=stop):
            await loop.run_in_executor(None, reload)

    following = asyncio.ensure_future(follow())
    await asyncio.sleep(1)
    live, rng = [], random.Random(4)
    for number in range(many):
        entry = library.catalogue.content.by_id[f"entry-{rng.randrange(size):06}"]
        word = NEW_WORDS[number % len(NEW_WORDS)]
        path = Path(entry.location.file)
        beside = edit(path, entry.id, f"{word} {entry.id} 신청은 어디서 하나요")
        began = time.perf_counter()
        beside.replace(path)
        while word not in str(library.catalogue.content.by_id[entry.id].phrasings[0].text):  # noqa: ASYNC110
            await asyncio.sleep(0.005)
        live.append(time.perf_counter() - began)
        index = library.catalogue.index_for(MEMBER)
        assert index.search(f"{word} 신청을 어디에서 하죠").candidates[0].entry.id == entry.id
        assert [each.id for each in index.suggest(word)] == [entry.id]
        await asyncio.sleep(0.3)
    stop.set()
    await following
    return {
        "edit_s": {"median": float(np.median(live)), "worst": max(live)},
        "reload_s": {"median": float(np.median(reloads)), "worst": max(reloads)},
    }


# what one would use instead ------------------------------------------------------------------------------------------------


def _whole(fields: EntryFields) -> str:
    return " ".join([fields.title, *fields.questions, *fields.keywords, fields.answer])


def bm25s(corpus: Corpus, options: argparse.Namespace) -> dict[str, object]:
    sys.path.insert(0, options.packages)
    import bm25s as library

    before = resident()
    say("cutting the entries into morphemes")
    ids: list[str] = []
    tokens: list[list[str]] = []

    def cut() -> None:
        for number in range(len(corpus)):
            fields = corpus.entry(number)
            ids.append(fields.id)
            tokens.append([form for form in forms(_whole(fields)) if form[-2:-1] == "/"])

    cutting = worked(cut)
    say("building")
    made: list[library.BM25] = []

    def build() -> None:
        retriever = library.BM25()
        retriever.index(tokens, show_progress=False)
        made.append(retriever)

    building = worked(build)
    memory = resident() - before
    retriever = made[0]

    def search(text: str) -> list[str]:
        known = [form for form in forms(text) if form[-2:-1] == "/" and form in retriever.vocab_dict]
        if not known:
            return []
        found, _ = retriever.retrieve([known], k=FIRST, show_progress=False, n_threads=0)
        return [ids[number] for number in found[0]]

    say("searching")
    result = {"build_s": cutting + building, "memory_mib": memory} | searched(
        corpus, options.questions, search
    )
    return result | {"edit_s": {"median": building, "worst": building}}


def fts5(corpus: Corpus, options: argparse.Namespace, tokenizer: str) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "faq.db"
        database = sqlite3.connect(path, isolation_level=None)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute(
            "CREATE VIRTUAL TABLE faq USING fts5"
            f"(id UNINDEXED, title, questions, keywords, answer, tokenize = '{tokenizer}')"
        )
        say("building")

        def row(fields: EntryFields) -> tuple[str, ...]:
            return (
                fields.id,
                fields.title,
                "\n".join(fields.questions),
                " ".join(fields.keywords),
                fields.answer,
            )

        def build() -> None:
            database.execute("BEGIN")
            rows = (row(corpus.entry(number)) for number in range(len(corpus)))
            database.executemany("INSERT INTO faq VALUES (?, ?, ?, ?, ?)", rows)
            database.execute("COMMIT")

        building = worked(build)
        say("searching")

        def search(text: str) -> list[str]:
            letters = "".join(sign if sign.isalnum() else " " for sign in text)
            grams = [letters[place : place + 3] for place in range(len(letters) - 2)]
            parts = letters.split() if tokenizer == "unicode61" else dict.fromkeys(grams)
            if not parts:
                return []
            wanted = " OR ".join(f'"{part}"' for part in parts)
            query = f"SELECT id FROM faq WHERE faq MATCH ? ORDER BY rank LIMIT {FIRST}"
            return [found for (found,) in database.execute(query, [wanted])]

        def suggest(text: str) -> list[tuple]:
            if tokenizer != "unicode61":
                return database.execute(
                    "SELECT id FROM faq WHERE title LIKE ? LIMIT 8", [f"%{text.strip()}%"]
                ).fetchall()
            words = "".join(sign if sign.isalnum() else " " for sign in text).split()
            if not words:
                return []
            wanted = "title : " + " ".join(f'"{word}"' for word in words) + "*"
            return database.execute("SELECT id FROM faq WHERE faq MATCH ? LIMIT 8", [wanted]).fetchall()

        result: dict[str, object] = {
            "build_s": building,
            "memory_mib": path.stat().st_size / 2**20,
            **searched(corpus, options.questions, search),
            "suggest": suggested(corpus, options.questions, suggest),
        }
        say("editing")
        live = []
        for number in range(options.edits):
            change = ("새 글", number * 37 % len(corpus) + 1)
            live.append(
                timed(lambda c=change: database.execute("UPDATE faq SET answer = ? WHERE rowid = ?", c))
            )
        database.close()
        return result | {"edit_s": {"median": float(np.median(live)), "worst": max(live)}}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("method", choices=METHODS)
    parser.add_argument("size", type=int)
    parser.add_argument("--data", nargs="*", type=Path, default=[])
    parser.add_argument("--questions", type=int, default=500)
    parser.add_argument("--edits", type=int, default=7)
    parser.add_argument("--vectors", default="")
    parser.add_argument("--packages", default="")
    options = parser.parse_args()
    corpus = Corpus(topics(options.data), options.size)
    if options.method.startswith("elbi"):
        result = elbi(corpus, options, "use" if options.method == "elbi-use" else "off")
    elif options.method == "bm25s":
        result = bm25s(corpus, options)
    else:
        result = fts5(corpus, options, "trigram" if "trigram" in options.method else "unicode61")
    print(json.dumps({"method": options.method, "size": options.size, **result}), flush=True)


if __name__ == "__main__":
    main()
