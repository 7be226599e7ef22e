"""What runs beside the requests: following the FAQ files and what other workers did, and the chores one worker does."""

from __future__ import annotations

import asyncio
import os
import sys
import time
import uuid
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial

import structlog
from watchfiles import awatch

from bot.assembly import Services, load_dialogue
from bot.errors import ElbiError, StoreUnavailable
from bot.faq.fields import changes
from bot.faq.model import Content
from bot.inquiry import REFUSED_SECONDS
from bot.review.learning import MODEL
from bot.review.publishing import CONTENT
from bot.settings import PROJECT_ROOT
from bot.store import onboarding, revisions, shared, staff, visitors
from bot.web.context import Context

log = structlog.get_logger("elbi")
LOOK_SECONDS = 0.2  # how soon a worker sees what another one published
TURN_SECONDS = CHORE_SECONDS = 5.0
PURGE_SECONDS = 3600.0
LEASE_SECONDS = 30.0
FIT_SECONDS, FIT_SETTLE_SECONDS = 1.0, 3.0
POLITE = 10  # niceness of what runs beside the answers


def start(ctx: Context, services: Services) -> list[asyncio.Task]:
    """The tasks of a worker; to be cancelled when it stops."""
    report_path = services.settings.state_dir / "learnt.json"
    work: tuple[Coroutine, ...] = (
        _every(TURN_SECONDS, partial(_recover_turns, ctx)),
        _follow_files(ctx, services),
        _follow_facts(ctx, services),
        _improve(ctx),
        _keep(ctx, services),
        _tend(ctx, "teller", services.teller.tick),
        _tend(ctx, "learner", partial(ctx.desk.learner.tend, report_path), ctx.desk.learner.stop),
    )
    return [asyncio.ensure_future(each) for each in work]


async def _every(seconds: float, work: Callable[[], Awaitable[object]]) -> None:
    """Does a piece of work again and again, whatever happens."""
    while True:
        await _once(work)
        await asyncio.sleep(seconds)


async def _once(work: Callable[[], Awaitable[object]]) -> None:
    try:
        await work()
    except StoreUnavailable as error:
        log.warning("store.unavailable", reason=str(error))
    except Exception:
        log.exception("background.failed", work=getattr(work, "func", work).__name__)


async def _recover_turns(ctx: Context) -> None:
    """Finishes turns that killed processes left."""
    done = await ctx.chat.recover()
    if done:
        log.info("turns.recovered", turns=done)


async def _follow_files(ctx: Context, services: Services) -> None:
    """Takes over edits of the FAQ files; a broken edit is logged and the last good content keeps serving."""
    report(ctx)
    async for _changes in awatch(services.settings.faq_dir, debounce=400, step=50):
        await _once(partial(_reload, ctx, services, by_hand=True))


async def _reload(ctx: Context, services: Services, *, by_hand: bool) -> None:
    if await asyncio.get_running_loop().run_in_executor(None, services.reload):
        log.info("faq.reloaded", entries=len(ctx.library.catalogue.content.entries))
        if by_hand:  # the other workers see it themselves, those on other hosts perhaps not
            await ctx.store.write(shared.say, CONTENT)
    report(ctx)


def report(ctx: Context) -> None:
    """Tells the log and the metrics how the content is."""
    ctx.metrics.entries.set(len(ctx.library.catalogue.content.entries))
    ctx.metrics.problems.set(len(ctx.library.problems))
    for problem in ctx.library.problems:
        log.error("faq.problem", problem=str(problem))


async def _improve(ctx: Context) -> None:
    """Has the better fit of the FAQ made at the start and after each change, once the content has settled."""
    holder, seen, settled = str(uuid.uuid4()), ctx.library.catalogue.content, 0.0
    tried: object = None

    async def look() -> None:
        nonlocal seen, settled, tried
        content = ctx.library.catalogue.content
        if content is not seen:
            seen, settled = content, time.monotonic() + FIT_SETTLE_SECONDS
        if ctx.library.catalogue.complete or content is tried or time.monotonic() < settled:
            return
        if await ctx.store.write(shared.hold, "fitter", holder, LEASE_SECONDS):
            tried = content
            await _fit(ctx, holder)

    await _every(FIT_SECONDS, look)


async def _fit(ctx: Context, holder: str) -> None:
    """Takes over the better fit, made by a process that gives way to answers unless another worker had it made."""
    take = partial(asyncio.get_running_loop().run_in_executor, None, ctx.library.take_fit)
    try:
        if not await take():
            work = asyncio.ensure_future(_run("fit"))
            try:
                while not (await asyncio.wait([work], timeout=LEASE_SECONDS / 3))[0]:
                    await ctx.store.write(shared.hold, "fitter", holder, LEASE_SECONDS)
            finally:
                work.cancel()
            await work
            await take()
        log.info("faq.fitted", entries=len(ctx.library.catalogue.content.entries))
    finally:
        await _once(partial(ctx.store.write, shared.drop, "fitter", holder))


async def _run(*arguments: str) -> None:
    """Runs a command of ours in a process of its own, which ends with this task; raises RuntimeError where it fails."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments, cwd=PROJECT_ROOT, stdout=DEVNULL, stderr=PIPE
    )
    os.setpriority(os.PRIO_PROCESS, process.pid, POLITE)
    try:
        _, said = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        raise
    if process.returncode:
        raise RuntimeError(f"elbi {' '.join(arguments)}: {said.decode(errors='replace')[-500:]}")


async def _follow_facts(ctx: Context, services: Services) -> None:
    """Takes over what other workers published, and a model that was learnt."""
    seen: dict[str, int] = {}

    async def look() -> None:
        now = await ctx.store.read(shared.versions)
        if seen and now.get(CONTENT) != seen.get(CONTENT):
            await _reload(ctx, services, by_hand=False)
        if now.get(MODEL) != seen.get(MODEL):
            await _take_model(ctx, services, first=not seen)
        seen.update(now or {CONTENT: 0})

    await _every(LOOK_SECONDS, look)


async def _take_model(ctx: Context, services: Services, *, first: bool) -> None:
    """Answers with the model in use from now on; turns under way go on with the one they began with."""
    fact = await ctx.store.read(shared.fact, MODEL)
    name, learner = (fact.value or {}).get("name", ""), ctx.desk.learner
    if first or not name or name == learner.model:
        return
    try:
        load = partial(load_dialogue, services, name)
        ctx.chat.dialogue = await asyncio.get_running_loop().run_in_executor(None, load)
    except ElbiError as error:
        log.error("model.not_loaded", model=name, reason=str(error))
        return
    learner.model = name
    log.info("model.swapped", model=name)


async def _keep(ctx: Context, services: Services) -> None:
    """The chores that one worker does for all."""
    holder, purged = str(uuid.uuid4()), time.monotonic()
    followed: Content | None = None

    async def chores() -> None:
        nonlocal purged, followed
        if not await ctx.store.write(shared.hold, "keeper", holder, LEASE_SECONDS):
            followed = None
            return
        await ctx.store.run(ctx.desk.publisher.recover)
        await ctx.store.run(ctx.desk.publisher.put_back)
        content = ctx.library.catalogue.content
        if content is not followed:
            changed = await asyncio.get_running_loop().run_in_executor(None, changes, followed, content)
            await ctx.store.write(revisions.follow, *changed)
            followed = content
        await ctx.store.write(ctx.intake.adopt)
        await ctx.store.write(ctx.intake.judge_lists, services.settings.unopened_minutes * 60)
        if time.monotonic() - purged > PURGE_SECONDS:
            purged = time.monotonic()
            days = services.settings.conversation_days
            await ctx.store.write(visitors.purge, conversation_days=days)
            await ctx.store.write(staff.purge)
            await ctx.store.write(onboarding.purge_attempts, REFUSED_SECONDS)

    try:
        await _every(CHORE_SECONDS, chores)
    finally:
        await _once(partial(ctx.store.write, shared.drop, "keeper", holder))


async def _tend(
    ctx: Context, name: str, work: Callable[[], object], stop: Callable[[], object] = lambda: None
) -> None:
    """Blocking work that one worker at a time does again and again, for as long as it takes each time."""
    holder = str(uuid.uuid4())

    async def tend() -> None:
        if not await ctx.store.write(shared.hold, name, holder, LEASE_SECONDS):
            return
        running = asyncio.get_running_loop().run_in_executor(None, work)
        while not (await asyncio.wait([running], timeout=LEASE_SECONDS / 3))[0]:
            await ctx.store.write(shared.hold, name, holder, LEASE_SECONDS)
        await running

    try:
        await _every(CHORE_SECONDS, tend)
    finally:
        stop()
        await _once(partial(ctx.store.write, shared.drop, name, holder))
