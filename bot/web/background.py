"""What runs beside the requests: see bot.web.following, and the chores that one worker of all hosts does."""

from __future__ import annotations

import asyncio
import os
import sys
import time
import uuid
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Callable, Coroutine
from functools import partial

import structlog

from bot.assembly import Services
from bot.errors import StoreUnavailable
from bot.faq.fields import changes
from bot.faq.model import Content
from bot.inquiry import REFUSED_SECONDS
from bot.settings import PROJECT_ROOT
from bot.store import onboarding, revisions, shared, staff, visitors
from bot.web.context import Context
from bot.web.following import follow_facts, follow_files
from bot.web.repeating import every, once

log = structlog.get_logger("elbi")
TURN_SECONDS = CHORE_SECONDS = 5.0
PURGE_SECONDS = 3600.0
LEASE_SECONDS = 30.0
FIT_SECONDS, FIT_SETTLE_SECONDS = 1.0, 3.0
POLITE = 10  # niceness of what runs beside the answers


def start(ctx: Context, services: Services) -> list[asyncio.Task]:
    """The tasks of a worker; to be cancelled when it stops."""
    report_path = services.settings.state_dir / "learnt.json"
    work: tuple[Coroutine, ...] = (
        every(TURN_SECONDS, partial(_recover_turns, ctx)),
        follow_files(ctx, services),
        follow_facts(ctx, services),
        _improve(ctx),
        _keep(ctx, services),
        _tend(ctx, "teller", services.teller.tick),
        _tend(ctx, "learner", partial(ctx.desk.learner.tend, report_path), ctx.desk.learner.stop),
    )
    return [asyncio.ensure_future(each) for each in work]


async def _recover_turns(ctx: Context) -> None:
    """Finishes turns that killed processes left."""
    done = await ctx.chat.recover()
    if done:
        log.info("turns.recovered", turns=done)


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

    await every(FIT_SECONDS, look)


async def _fit(ctx: Context, holder: str) -> None:
    """Takes over the better fit, made by a process that gives way to answers unless another worker had it made."""
    take = partial(asyncio.get_running_loop().run_in_executor, None, ctx.library.take_fit)
    try:
        if not await take():
            work = asyncio.ensure_future(_run("fit", "--with-parent"))
            try:
                await _while_held(ctx, "fitter", holder, work)
            finally:
                work.cancel()
            await take()
        log.info("faq.fitted", entries=len(ctx.library.catalogue.content.entries))
    finally:
        await once(partial(ctx.store.write, shared.drop, "fitter", holder))


async def _while_held(ctx: Context, name: str, holder: str, work: asyncio.Future) -> None:
    """Waits for work that is done under a lease, and keeps the lease; a database that is away for a while does not end it.

    Raises what the work raises, RuntimeError where another one has taken the lease.
    """
    while not (await asyncio.wait([work], timeout=LEASE_SECONDS / 3))[0]:
        try:
            held = await ctx.store.write(shared.hold, name, holder, LEASE_SECONDS)
        except StoreUnavailable:
            continue
        if not held:
            raise RuntimeError(f"the lease {name!r} was lost")
    await work


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
        await every(CHORE_SECONDS, chores)
    finally:
        await once(partial(ctx.store.write, shared.drop, "keeper", holder))


async def _tend(
    ctx: Context, name: str, work: Callable[[], object], stop: Callable[[], object] = lambda: None
) -> None:
    """Blocking work that one worker at a time does again and again, for as long as it takes each time."""
    holder = str(uuid.uuid4())

    async def tend() -> None:
        if not await ctx.store.write(shared.hold, name, holder, LEASE_SECONDS):
            return
        running = asyncio.get_running_loop().run_in_executor(None, work)
        try:
            await _while_held(ctx, name, holder, running)
        except RuntimeError:
            stop()
            await asyncio.wait([running])
            raise

    try:
        await every(CHORE_SECONDS, tend)
    finally:
        stop()
        await once(partial(ctx.store.write, shared.drop, name, holder))
