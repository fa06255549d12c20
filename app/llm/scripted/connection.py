"""One HTTP/1.1 connection: h11 reads and writes, the service answers, timers make the latency."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from http import HTTPStatus

import h11

from app.llm.scripted import errors
from app.llm.scripted.service import Call, Reply, Service, refused

_MOST_BODY = 32 << 20
_MOST_HEAD = 64 << 10
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_REASONS = {status.value: status.phrase.encode() for status in HTTPStatus}


class Connection(asyncio.Protocol):
    """Serves the requests of one connection one after another."""

    def __init__(self, service: Service, open_connections: set[Connection]) -> None:
        self.service, self.open = service, open_connections
        self.loop = asyncio.get_running_loop()
        self.http = h11.Connection(h11.SERVER, max_incomplete_event_size=_MOST_HEAD)
        self.head: h11.Request | None = None
        self.body = bytearray()
        self.reply: Reply | None = None
        self.timer: asyncio.TimerHandle | None = None
        self.refuses = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.open.add(self)
        self.service.counts.connected()
        most = self.service.options.max_connections
        self.refuses = most is not None and len(self.open) > most

    def connection_lost(self, error: Exception | None) -> None:
        self.open.discard(self)
        self.service.counts.disconnected()
        if self.timer is not None:
            self.timer.cancel()
        if self.reply is not None and self.reply.cut != "hold":
            self._count(self.reply, "abandoned")

    def close(self) -> None:
        """Drops the connection at once."""
        self.transport.abort()

    def data_received(self, data: bytes) -> None:
        try:
            self.http.receive_data(data)
            self._advance()
        except h11.RemoteProtocolError as error:
            self._malformed(error)

    def _advance(self) -> None:
        """Takes what has arrived; stops while a reply is under way, so requests keep their order."""
        while self.reply is None and not self.transport.is_closing():
            event = self.http.next_event()
            if isinstance(event, h11.Request):
                self.head = event
                self.body.clear()
            elif isinstance(event, h11.Data):
                self._take(event.data)
            elif isinstance(event, h11.EndOfMessage):
                self._respond()
            else:
                self._wait()
                return

    def _wait(self) -> None:
        """For more of the request; a client that asks first is told to send its body."""
        if self.http.they_are_waiting_for_100_continue:
            self.http.send(h11.InformationalResponse(status_code=100, headers=[]))
            self.transport.write(_CONTINUE)

    def _take(self, data: bytes) -> None:
        self.body += data
        if len(self.body) > _MOST_BODY:
            size = f"the body is larger than {_MOST_BODY} bytes"
            self._begin(refused(errors.Refused(413, "bad_request", size)), last=True)

    def _respond(self) -> None:
        assert self.head is not None
        target, method = self.head.target.decode("latin-1"), self.head.method.decode("latin-1")
        if self.refuses:
            self._begin(self.service.busy(target), last=True)
            return
        self._begin(self.service.answer(Call(method, target, dict(self.head.headers), bytes(self.body))))

    def _malformed(self, error: h11.RemoteProtocolError) -> None:
        wrong = errors.Refused(error.error_status_hint, "malformed", f"This is not HTTP/1.1: {error}")
        self._begin(refused(wrong), last=True)

    def _begin(self, reply: Reply, *, last: bool = False) -> None:
        """Starts a reply: at once, after its latency, or never."""
        self.reply = reply
        if last:
            reply.headers = (*reply.headers, ("connection", "close"))
        if reply.counted:
            self.service.counts.pending[reply.path] += 1
        if reply.cut == "hold":
            self._count(reply, reply.outcome)
            self.timer = self.loop.call_later(self.service.options.hold, self.transport.abort)
        elif reply.delay > 0:
            self.timer = self.loop.call_later(reply.delay, self._late, reply)
        else:
            self._finish(reply)

    def _late(self, reply: Reply) -> None:
        self._finish(reply)
        try:
            self._advance()
        except h11.RemoteProtocolError as error:
            self._malformed(error)

    def _count(self, reply: Reply, outcome: str) -> None:
        if not reply.counted:
            return
        counts = self.service.counts
        counts.pending[reply.path] -= 1
        answered = outcome != "abandoned"
        counts.done(
            reply.path, outcome, reply.tokens if answered else None, reply.content if answered else None
        )

    def _finish(self, reply: Reply) -> None:
        """Counts the reply and writes it, or as much of it as its fault lets through."""
        self.reply = None
        self._count(reply, reply.outcome)
        if reply.cut:
            if reply.cut == "half":
                self.transport.write(self._half(reply))
            self.transport.close()
            return
        self.transport.write(self._bytes(reply))
        if self.http.our_state is h11.DONE and self.http.their_state is h11.DONE:
            self.http.start_next_cycle()
        else:
            self.transport.close()

    def _bytes(self, reply: Reply) -> bytes:
        kind = "text/event-stream" if reply.events is not None else "application/json"
        headers = [("content-type", kind), *reply.headers]
        if reply.events is None:
            headers.append(("content-length", str(len(reply.body))))
        head = h11.Response(status_code=reply.status, headers=headers, reason=_REASONS.get(reply.status, b""))
        pieces = [self.http.send(head), *self._sent(reply.events or (reply.body,))]
        return b"".join([*pieces, self.http.send(h11.EndOfMessage()) or b""])

    def _sent(self, parts: Iterable[bytes]) -> list[bytes]:
        return [self.http.send(h11.Data(data=part)) or b"" for part in parts if part]

    def _half(self, reply: Reply) -> bytes:
        whole = self._bytes(reply)
        return whole[: max(len(whole) // 2, 1)]
