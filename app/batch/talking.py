"""Arms whose sessions are played as messages, one by one: many at once in one event loop."""

from __future__ import annotations

import asyncio
import gc
import queue
import threading
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager, suppress

import numpy as np

from app import language
from app.batch.job import Chunk, ChunkResult, Job
from app.casting import Seat, Sides, roles_of
from app.language import Language
from app.llm.ledger import Spent
from app.sessions import Played, Table, play
from app.settings import Settings
from app.store.store import Store

Ended = queue.Queue[ChunkResult | BaseException | None]
"""Sessions that ended; an error or None at the end."""
GARBAGE = 20_000, 20, 20
"""Thresholds of the garbage collector: a call makes thousands of objects, and next to none die in a cycle."""

_BEGUN, _OVER = Spent(playing=1), Spent(playing=-1)


def by_talking(job: Job, chunks: Sequence[Chunk], store: Store) -> Generator[ChunkResult, None, None]:
    """One result a session, as each ends. The first error that stops the run is raised at the end."""
    talk = Talk(job, chunks, store)
    try:
        yield from talk.results()
    except BaseException:
        talk.cancel()
        raise
    finally:
        talk.join()


class Talk:
    """The sessions of some chunks under way; the models' event loop runs in a thread of its own, so that
    results can be taken as they come."""

    def __init__(self, job: Job, chunks: Sequence[Chunk], store: Store) -> None:
        self._ended: Ended = queue.Queue()
        self._loop = asyncio.new_event_loop()
        self._task = self._loop.create_task(_talk(job, chunks, store, self._ended))
        self._thread = threading.Thread(target=self._run, name="recoworld-models", daemon=True)
        self._thread.start()

    def results(self) -> Iterator[ChunkResult]:
        """One a session; the first error that stops the run is raised when those in flight are at rest."""
        while (result := self._ended.get()) is not None:
            if isinstance(result, BaseException):
                raise result
            yield result

    def cancel(self) -> None:
        """Bring all sessions to rest; calls in flight are still recorded."""
        with suppress(RuntimeError):  # the loop is closed already where the error came from it
            self._loop.call_soon_threadsafe(self._task.cancel)

    def join(self) -> None:
        """Wait until everything is at rest."""
        self._thread.join()

    def _run(self) -> None:
        try:
            with _seldom_swept():
                self._loop.run_until_complete(self._task)
            self._ended.put(None)
        except asyncio.CancelledError:
            self._ended.put(None)
        except BaseException as error:  # noqa: BLE001 - carried to the thread that waits for it
            self._ended.put(error)
        finally:
            self._loop.close()


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
    async with AsyncExitStack() as stack:
        spoken = await spoken_in(job, chunks, store, stack)
        for number in dict.fromkeys(chunk.arm for chunk in chunks):
            mine = [chunk for chunk in chunks if chunk.arm == number]
            await _arm(job, mine, store, spoken.get(number), ended)


async def spoken_in(
    job: Job, chunks: Sequence[Chunk], store: Store, stack: AsyncExitStack
) -> Mapping[int, Language]:
    """What the arms of the chunks speak, by number, open until the stack is left; the models are tried first."""
    numbers = {chunk.arm for chunk in chunks}
    arms = {number: (_settings(job, number), roles_of(job.plan.arms[number])) for number in sorted(numbers)}
    speaking = {number: arm for number, arm in arms.items() if arm[1]}
    if not speaking:
        return {}
    opened = language.opened(
        job.plan.settings(), store, speaking, job.usage, job.ledger,
        allow_drift=job.allow_drift, tried=job.tried,
    )  # fmt: skip
    return await stack.enter_async_context(opened)


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

    def begun(at: int) -> None:
        job.ledger.add(_BEGUN)

    def done(at: int, played: Played) -> None:
        job.ledger.add(_OVER)
        chunk = Chunk(number, arm_id, np.array([places[at]]), np.array([seats[at].id]))
        result = ChunkResult(chunk, played.tally, played.bits, played.asked, played.reasons, played.failed)
        result.visits = [played.visits] if played.visits is not None else []
        ended.put(result)

    await play(table, seats, job.plan.concurrency, begun, done)
