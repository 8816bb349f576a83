"""Writes that come in the same moment, put on disk together.

The end of a transaction costs more than what is in it: SQLite waits for the disk, and lets nobody
else write meanwhile. So what arrives during one transaction shares the next: one wait for all.
When one of them fails, they are carried out again with a savepoint for each, so that it leaves the
others alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from claims_store.errors import StoreAway

P = ParamSpec("P")
T = TypeVar("T")

Work = Callable[[Session], Any]

_TROUBLE = (DBAPIError, PoolTimeout, sqlite3.Error)

MOST = 64
"""Writes of one transaction: its first must not wait too long for its last."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    work: Work
    future: asyncio.Future[Any]


@dataclass(frozen=True, slots=True)
class _Failed:
    """A write that raised; `again`: it met a row of somebody else and is to be tried alone."""

    fault: Exception
    again: bool = False


class Together:
    """The writes of one store. `run` carries a query out in one transaction, with its tries."""

    def __init__(self, run: Callable[[Work], Any]) -> None:
        self._run = run
        self._lock = threading.Lock()
        self._waiting: list[_Wanted] = []
        self._busy = False
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store writer")

    def begin(
        self, query: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> asyncio.Future[T]:
        """Its result, once it is on disk. Writes of one caller keep their order."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        with self._lock:
            self._waiting.append(_Wanted(lambda s: query(s, *args, **kwargs), future))
            idle, self._busy = not self._busy, True
        if idle:  # not before those had their turn who write because of the same event
            loop.call_soon(self._thread.submit, self._serve)
        return future

    def close(self) -> None:
        """Wait for what has begun."""
        self._thread.shutdown()

    def _serve(self) -> None:
        while batch := self._next():
            results = self._carry_out([wanted.work for wanted in batch])
            with contextlib.suppress(RuntimeError):  # nobody waits any more: the loop is closed
                loop = batch[0].future.get_loop()
                loop.call_soon_threadsafe(_tell, batch, results)

    def _next(self) -> list[_Wanted]:
        with self._lock:
            batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            self._busy = bool(batch)
            return batch

    def _carry_out(self, works: Sequence[Work]) -> list[Any]:
        if len(works) == 1:
            return [self._alone(works[0])]
        try:
            return list(self._run(lambda s: [_plain(s, work) for work in works]))
        except StoreAway as fault:
            return [_Failed(fault)] * len(works)
        except Exception:  # one of them; rarely
            return self._one_by_one(works)

    def _one_by_one(self, works: Sequence[Work]) -> list[Any]:
        """Again, each in a savepoint, because one failed."""
        try:
            results: list[Any] = self._run(lambda s: [_nested(s, work) for work in works])
        except StoreAway as fault:
            return [_Failed(fault)] * len(works)
        except Exception:  # whichever it was: each shall fail for itself
            return [self._alone(work) for work in works]
        return [
            self._alone(work) if isinstance(result, _Failed) and result.again else result
            for work, result in zip(works, results, strict=True)
        ]

    def _alone(self, work: Work) -> Any:
        try:
            return self._run(work)
        except Exception as fault:
            return _Failed(fault)


def _plain(s: Session, work: Work) -> Any:
    """A write among others that are expected to go well."""
    result = work(s)
    s.flush()
    s.expunge_all()  # each begins with rows as they are, as in a session of its own
    return result


def _nested(s: Session, work: Work) -> Any:
    """A write among others; what it raises is its own, unless the database is the trouble."""
    try:
        with s.begin_nested():
            result = work(s)
    except IntegrityError as fault:
        return _Failed(fault, again=True)
    except _TROUBLE:
        raise
    except Exception as fault:
        return _Failed(fault)
    finally:
        s.expunge_all()
    return result


def _tell(batch: Sequence[_Wanted], results: Sequence[Any]) -> None:
    for wanted, result in zip(batch, results, strict=True):
        if wanted.future.done():
            continue
        if isinstance(result, _Failed):
            wanted.future.set_exception(result.fault)
        else:
            wanted.future.set_result(result)
