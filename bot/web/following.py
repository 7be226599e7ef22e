"""Following what others did: edits of the FAQ files, what other workers and hosts published, models that were learnt."""

from __future__ import annotations

import asyncio
import time
from functools import partial

import structlog
from watchfiles import awatch

from bot.assembly import Services, load_dialogue
from bot.errors import ElbiError
from bot.review.learning import MODEL
from bot.review.publishing import CONTENT
from bot.store import shared
from bot.web.context import Context
from bot.web.repeating import every, once

LOOK_SECONDS = 0.2  # how soon a worker sees what another one published
FILES_SECONDS = 5.0
MODEL_SECONDS = 60.0  # between two attempts at a model that cannot be loaded, at most

log = structlog.get_logger("elbi")


async def follow_files(ctx: Context, services: Services) -> None:
    """Takes over edits of the FAQ files; a broken edit is logged and the last good content keeps serving."""
    report(ctx)
    loop = asyncio.get_running_loop()

    async def watch() -> None:
        # a network volume tells nobody of what other hosts write there: such a directory is looked at now and then
        watching = awatch(
            services.settings.faq_dir,
            debounce=400,
            step=50,
            rust_timeout=int(FILES_SECONDS * 1000),
            yield_on_timeout=True,
        )
        async for changes in watching:
            if changes or await loop.run_in_executor(None, ctx.library.touched):
                await once(partial(_reload, ctx, services, by_hand=True))

    await every(FILES_SECONDS, watch)  # again where the directory was away


async def _reload(ctx: Context, services: Services, *, by_hand: bool) -> None:
    beside = partial(asyncio.get_running_loop().run_in_executor, None)
    if await beside(services.reload):
        log.info("faq.reloaded", entries=len(ctx.library.catalogue.content.entries))
        if by_hand:  # the other workers see it themselves, those on other hosts perhaps not
            await ctx.store.write(shared.say, CONTENT)
    report(ctx)
    await beside(ctx.intake.prepare)


def report(ctx: Context) -> None:
    """Tells the log and the metrics how the content is."""
    ctx.metrics.entries.set(len(ctx.library.catalogue.content.entries))
    ctx.metrics.problems.set(len(ctx.library.problems))
    for problem in ctx.library.problems:
        log.error("faq.problem", problem=str(problem))


async def follow_facts(ctx: Context, services: Services) -> None:
    """Takes over what other workers published, and a model that was learnt."""
    seen: dict[str, int] = {
        CONTENT: -1,
        MODEL: -1,
    }  # at the first look whatever changed since the parts were made
    again_at, pause = 0.0, LOOK_SECONDS

    async def look() -> None:
        nonlocal again_at, pause
        now = {CONTENT: 0, MODEL: 0} | await ctx.store.read(shared.versions)
        if now[CONTENT] != seen[CONTENT]:
            await _reload(ctx, services, by_hand=False)
            seen[CONTENT] = now[CONTENT]
        if now[MODEL] != seen[MODEL] and time.monotonic() >= again_at:
            if await _take_model(ctx, services):
                seen[MODEL], pause = now[MODEL], LOOK_SECONDS
            else:  # not in our directory yet, or never
                pause = min(pause * 2, MODEL_SECONDS)
                again_at = time.monotonic() + pause

    await every(LOOK_SECONDS, look)


async def _take_model(ctx: Context, services: Services) -> bool:
    """Answers with the model in use from now on; turns under way go on with the one they began with. False: not yet."""
    fact, learner = await ctx.store.read(shared.fact, MODEL), ctx.desk.learner
    if fact.changed_at < services.made_at or not learner.suits(fact.value or {}):
        return True
    name = fact.value["name"]
    try:
        load = partial(load_dialogue, services, name)
        ctx.chat.dialogue = await asyncio.get_running_loop().run_in_executor(None, load)
    except ElbiError as error:
        log.error("model.not_loaded", model=name, reason=str(error))
        return False
    learner.model = name
    log.info("model.swapped", model=name)
    return True
