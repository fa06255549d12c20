"""Arms whose sessions are played as messages, one by one: many at once in one event loop."""

from __future__ import annotations

import asyncio
import gc
import queue
import threading
from collections.abc import Generator, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager, suppress

import numpy as np

from app import language
from app.batch.job import Chunk, ChunkResult, Job
from app.casting import Seat, Sides, roles_of
from app.language import Language
from app.llm.usage import Usage
from app.sessions import Played, Table, play
from app.settings import Settings
from app.store.store import Store

Ended = queue.Queue[ChunkResult | BaseException | None]
"""Sessions that ended; an error or None at the end."""
GARBAGE = 20_000, 20, 20
"""Thresholds of the garbage collector: a call makes thousands of objects, and next to none die in a cycle."""


def by_talking(job: Job, chunks: Sequence[Chunk], store: Store) -> Generator[ChunkResult, None, None]:
    """One result a session, as each ends. The first error that stops the run is raised at the end.

    The models' event loop runs in a thread of its own, so that results can be taken as they come.
    """
    ended: Ended = queue.Queue()
    loop = asyncio.new_event_loop()
    task = loop.create_task(_talk(job, chunks, store, ended))
    thread = threading.Thread(target=_run, args=(loop, task, ended), name="recoworld-models", daemon=True)
    thread.start()
    try:
        while (result := ended.get()) is not None:
            if isinstance(result, BaseException):
                raise result
            yield result
    except BaseException:
        with suppress(RuntimeError):  # the loop is closed already where the error came from it
            loop.call_soon_threadsafe(task.cancel)
        raise
    finally:
        thread.join()


def _run(
    loop: asyncio.AbstractEventLoop,
    task: asyncio.Task[None],
    ended: Ended,
) -> None:
    try:
        with _seldom_swept():
            loop.run_until_complete(task)
        ended.put(None)
    except asyncio.CancelledError:
        ended.put(None)
    except BaseException as error:  # noqa: BLE001 - carried to the thread that waits for it
        ended.put(error)
    finally:
        loop.close()


@contextmanager
def _seldom_swept() -> Iterator[None]:
    """The garbage collector looks less often, which is an eighth of a run's CPU (benchmarks/llm_overhead.py)."""
    usual = gc.get_threshold()
    gc.set_threshold(*GARBAGE)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


async def _talk(job: Job, chunks: Sequence[Chunk], store: Store, ended: Ended) -> None:
    numbers = list(dict.fromkeys(chunk.arm for chunk in chunks))
    arms = {n: (_settings(job, n), roles_of(job.plan.arms[n])) for n in numbers}
    speaking = {number: arm for number, arm in arms.items() if arm[1]}
    job.usage = Usage.resumed(store.call_totals(job.run_id))
    async with AsyncExitStack() as stack:
        spoken: dict[int, Language] = {}
        if speaking:
            opened = language.opened(job.plan.settings(), store, speaking, job.usage, job.allow_drift)
            spoken = await stack.enter_async_context(opened)
        for number in numbers:
            mine = [chunk for chunk in chunks if chunk.arm == number]
            await _arm(job, mine, store, spoken.get(number), ended)


def _settings(job: Job, number: int) -> Settings:
    """The settings of an arm; a replicate asks its models with a seed of its own."""
    arm = job.plan.arms[number]
    return job.plan.settings(arm).model_copy(update={"seed": arm.seed})


async def _arm(
    job: Job,
    chunks: Sequence[Chunk],
    store: Store,
    spoken: Language | None,
    ended: Ended,
) -> None:
    number, arm_id = chunks[0].arm, chunks[0].arm_id
    table = Table(Sides(job.cast(number), spoken), arm_id, store, job.plan.days, job.known)
    seats = [
        Seat(*job.people[place], id_, job.key(number, place), job.scenario_ids[place])  # type: ignore[call-arg]
        for chunk in chunks
        for place, id_ in zip(chunk.places.tolist(), chunk.ids.tolist(), strict=True)
    ]
    places = [place for chunk in chunks for place in chunk.places.tolist()]

    def done(at: int, played: Played) -> None:
        chunk = Chunk(number, arm_id, np.array([places[at]]), np.array([seats[at].id]))
        result = ChunkResult(chunk, played.tally, played.bits, played.asked, played.reasons, played.failed)
        result.visits = [played.visits] if played.visits is not None else []
        ended.put(result)

    await play(table, seats, job.plan.concurrency, done)
