"""The one door to a model server: a long-lived HTTP client, one try at a time, errors told apart."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import openai
from langchain_core.callbacks import AsyncCallbackManagerForLLMRun
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from app.llm.ability import Ability
from app.llm.errors import (
    CredentialsError,
    ModelError,
    RequestError,
    TransportError,
    UnknownModelError,
    UnsupportedError,
)
from app.llm.gate import Gate
from app.llm.reply import Reply, decoded, error_text, reply_of
from app.llm.request import Messages
from app.llm.retrying import retry_after

OPENAI_URL = "https://api.openai.com/v1"
CONNECT_SECONDS = 2.5
NO_KEY = "none"
"""What is sent where a local server needs no key."""

_Limits = type(openai.DEFAULT_CONNECTION_LIMITS)
"""Of the HTTP library that the SDK uses, whichever that is."""

_MESSAGE: Mapping[str, type[BaseMessage]] = {
    "system": SystemMessage,
    "user": HumanMessage,
    "assistant": AIMessage,
}
_TRIED_AGAIN = (408, 409, 425, 429)
_FORMAT = re.compile(
    r"response_format|json_schema|json_object|tool_choice|\btools?\b.*support|support.*\btools?\b", re.I
)
_FORMAT_IN_WORDS = re.compile(r"json mode|structured output|\btools?\b|function.?call", re.I)
_SEED = re.compile(r"\bseed\b", re.I)
_NO_MONEY = ("insufficient_quota", "billing_hard_limit_reached")


class _NotACompletion(Exception):
    """A success whose body is no chat completion."""

    def __init__(self, message: str, body: bytes) -> None:
        super().__init__(message)
        self.body = body.decode("utf-8", "replace")


class _Chat(ChatOpenAI):
    """ChatOpenAI that keeps the body as it came: text, refusal, finish reason and usage in one place.

    It posts the payload that ChatOpenAI makes as it is; the typed `create` walks through every schema and
    message again, a quarter of the CPU of a call (benchmarks/llm_overhead.py).
    """

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        payload = self._get_request_payload(messages, stop=stop, **kwargs)
        payload |= payload.pop("extra_body", {})
        raw = await self.root_async_client.post("/chat/completions", body=payload, cast_to=bytes)
        try:
            body = decoded(raw)
            result = self._create_chat_result(body)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise _NotACompletion(str(error), raw) from error
        if not result.generations:
            result.generations.append(ChatGeneration(message=AIMessage("")))
        result.generations[0].generation_info = {"body": body}
        return result


class Endpoint:
    """An OpenAI-compatible server; one per process and address, used inside `async with`.

    `key` goes into the HTTP client and nowhere else. `timeout` is in seconds, for a whole try.
    `concurrency` is the most calls in flight.
    """

    def __init__(
        self,
        base_url: str | None = None,
        key: str | None = None,
        *,
        concurrency: int = 16,
        timeout: float = 120.0,
    ) -> None:
        self.base_url = (base_url or OPENAI_URL).rstrip("/")
        self.shown = _without_password(self.base_url)
        if not key and self.base_url == OPENAI_URL:
            raise CredentialsError(
                f"{self.shown} needs a key; set OPENAI_API_KEY, or OPENAI_BASE_URL for another server"
            )
        self.gate = Gate(concurrency)
        self.timeout = timeout
        self._hidden = key or NO_KEY
        places = concurrency + 8
        limits = _Limits(max_connections=places, max_keepalive_connections=places, keepalive_expiry=5.0)
        self._sdk = openai.AsyncOpenAI(
            base_url=self.base_url,
            api_key=self._hidden,
            max_retries=0,
            timeout=openai.Timeout(timeout, connect=min(timeout, CONNECT_SECONDS)),
            http_client=openai.DefaultAsyncHttpxClient(limits=limits),
        )
        self._chats: dict[str, _Chat] = {}
        self._abilities: dict[str, Ability] = {}

    async def __aenter__(self) -> Endpoint:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._sdk.close()

    def ability(self, model: str) -> Ability:
        """What is known of the model here."""
        return self._abilities.setdefault(model, Ability())

    async def send(
        self, model: str, messages: Messages, options: Mapping[str, Any], timeout: float | None = None
    ) -> Reply:
        """One try, never repeated here. Whatever comes of it but a completion is a ModelError."""
        said = [_MESSAGE[role](content) for role, content in messages]
        started = time.perf_counter()
        try:
            async with asyncio.timeout(timeout or self.timeout):
                result = await self._chat(model).agenerate([said], **options)
        except (openai.APITimeoutError, TimeoutError):
            raise TransportError(f"no reply within {timeout or self.timeout:g} s", "timeout") from None
        except openai.APIStatusError as error:
            raise self._refused(model, error) from None
        except openai.APIConnectionError as error:
            raise TransportError(self._clean(_cause(error)), "connection") from None
        except _NotACompletion as error:
            message = f"the reply is no chat completion: {self._clean(str(error))}"
            raise TransportError(message, "malformed", body=self._clean(error.body)) from None
        body = (result.generations[0][0].generation_info or {})["body"]
        return reply_of(body, (time.perf_counter() - started) * 1000.0)

    def _chat(self, model: str) -> _Chat:
        if model not in self._chats:
            # both clients are given, so that it makes none of its own and never holds the key
            self._chats[model] = _Chat(
                model=model,
                client=self._sdk,
                async_client=self._sdk.chat.completions,
                root_async_client=self._sdk,
                api_key=SecretStr(NO_KEY),
                base_url=self.base_url,
                use_responses_api=False,
                cache=False,
            )
        return self._chats[model]

    # ---------------------------------------------------------------------------- errors

    def _refused(self, model: str, error: openai.APIStatusError) -> ModelError:
        """The error of a status, in the user's words."""
        status, said = error.status_code, self._clean(error_text(error.body) or error.message[:300])
        if status in (401, 402, 403) or any(word in said for word in _NO_MONEY):
            return CredentialsError(f"{self.shown} refuses the key ({status}: {said}); check OPENAI_API_KEY")
        if status == 404:
            return UnknownModelError(
                f"{self.shown} does not know the model {model!r} (404: {said}); check --model and OPENAI_BASE_URL"
            )
        feature = _unsupported(status, said)
        if feature:
            return UnsupportedError(f"{status}: {said}", feature)
        if status in _TRIED_AGAIN or status >= 500:
            kind = "rate_limit" if status == 429 else "server_error"
            return TransportError(f"{status}: {said}", kind, retry_after(error.response.headers))
        return RequestError(f"{self.shown} refuses the request ({status}: {said})")

    def _clean(self, text: str) -> str:
        """One line without the key, which some servers send back."""
        shown = text if self._hidden == NO_KEY else text.replace(self._hidden, "[key]")
        return " ".join(shown.split())


def _unsupported(status: int, said: str) -> str | None:
    """The feature that a refusal names. Servers that do not know `response_format` may answer 500."""
    if status in (400, 422, 500, 501) and _FORMAT.search(said):
        return "format"
    if status in (400, 422):
        return "format" if _FORMAT_IN_WORDS.search(said) else "seed" if _SEED.search(said) else None
    return None


def _cause(error: openai.APIConnectionError) -> str:
    cause = error.__cause__
    return f"the connection failed: {str(cause) or type(cause).__name__}" if cause else str(error)


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
