"""The scripted server: in a thread of its own for tests, or in the foreground for the command line."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from types import TracebackType
from typing import Any, TypeVar, Unpack

from app.errors import UsageError
from app.llm.scripted.connection import Connection
from app.llm.scripted.options import Given, Options
from app.llm.scripted.service import Service

HOST = "127.0.0.1"
_BACKLOG = 2048

T = TypeVar("T")


class _Listening:
    """A listening socket with its connections; made inside a running loop."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.connections: set[Connection] = set()
        self.port = 0

    async def start(self, port: int) -> None:
        loop = asyncio.get_running_loop()
        try:
            self.server = await loop.create_server(self._connection, HOST, port, backlog=_BACKLOG)
        except (OSError, OverflowError) as error:
            hint = "give another --port, or 0 for a free one"
            raise UsageError(f"--port: cannot listen on {HOST}:{port} ({error}); {hint}") from error
        self.port = self.server.sockets[0].getsockname()[1]

    def _connection(self) -> Connection:
        return Connection(self.service, self.connections)

    async def stop(self) -> None:
        self.server.close()
        for connection in tuple(self.connections):
            connection.close()
        while self.connections:
            await asyncio.sleep(0)


class ScriptedServer:
    """A scripted server in a thread, on a free port, for as long as the `with` block lasts.

    `with ScriptedServer(faults={"rate_limit": 0.1}, latency=0.05) as server: … server.base_url …`
    The options are those of `Options`, written as on the command line or as Python values. An error inside
    the server is raised when the block ends.
    """

    def __init__(self, *, port: int = 0, **options: Unpack[Given]) -> None:
        self.options = Options.of(**options)
        self._service = Service(self.options)
        self._asked_port = port
        self._errors: list[BaseException] = []

    @property
    def base_url(self) -> str:
        """What a client takes as its base URL, such as `http://127.0.0.1:8123/v1`."""
        return f"http://{HOST}:{self.port}/v1"

    def __enter__(self) -> ScriptedServer:
        started: Future[int] = Future()
        self._thread = threading.Thread(target=self._run, args=(started,), name="scripted", daemon=True)
        self._thread.start()
        try:
            self.port = started.result()
        except UsageError:
            self._thread.join()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join()
        if self._errors and error is None:
            raise self._errors[0]

    def counts(self) -> dict[str, Any]:
        """The same as GET /_counts."""
        return self._ask(self._service.counts.data)

    def requests(self) -> list[dict[str, Any]]:
        """The bodies of the latest calls, oldest first, as many as the option `keep` says."""
        return self._ask(lambda: list(self._service.bodies))

    def reset(self) -> None:
        """The same as POST /_reset."""
        self._ask(self._service.reset)

    def _ask(self, question: Callable[[], T]) -> T:
        """The answer to a question that is asked in the server's thread, as long as that runs."""
        if not self._thread.is_alive():
            return question()
        answer: Future[T] = Future()
        self._loop.call_soon_threadsafe(lambda: answer.set_result(question()))
        return answer.result()

    def _run(self, started: Future[int]) -> None:
        asyncio.run(self._serve(started))

    async def _serve(self, started: Future[int]) -> None:
        self._loop, self._ended = asyncio.get_running_loop(), asyncio.Event()
        self._loop.set_exception_handler(self._note)
        listening = _Listening(self._service)
        try:
            await listening.start(self._asked_port)
        except UsageError as error:
            started.set_exception(error)
            return
        started.set_result(listening.port)
        await self._ended.wait()
        await listening.stop()

    def _note(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        self._errors.append(error if isinstance(error, BaseException) else RuntimeError(context["message"]))


def serve(options: Options, port: int, started: Callable[[int], None]) -> dict[str, Any]:
    """Serves until Ctrl-C or a request to terminate; returns the counts. `started` is told the port."""
    service = Service(options)
    with suppress(KeyboardInterrupt):
        asyncio.run(_foreground(service, port, started))
    return service.counts.data()


async def _foreground(service: Service, port: int, started: Callable[[int], None]) -> None:
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(number, ended.set)
    listening = _Listening(service)
    await listening.start(port)
    started(listening.port)
    await ended.wait()
    await listening.stop()
