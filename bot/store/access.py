"""The database for who runs in the event loop: each call in a thread, in one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy.engine import Connection

from bot.errors import StoreUnavailable
from bot.store.database import Database

P = ParamSpec("P")
T = TypeVar("T")


class Store:
    """Runs store functions, each in one transaction, beside the event loop."""

    def __init__(self, database: Database, threads: int = 8) -> None:
        self.database = database
        self._closed = False
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="store")

    async def read(
        self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        def work() -> T:
            with self.database.read() as connection:
                return function(connection, *args, **kwargs)

        return await self._run(work)

    async def write(
        self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        def work() -> T:
            with self.database.write() as connection:
                return function(connection, *args, **kwargs)

        return await self._run(work)

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """A function that takes its connections itself, such as a call of the desk."""
        return await self._run(partial(function, *args, **kwargs))

    async def _run(self, work: Callable[[], T]) -> T:
        if self._closed:
            raise StoreUnavailable("the server ends")
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    def close(self) -> None:
        self._closed = True
        self._pool.shutdown(wait=False)
        self.database.close()
