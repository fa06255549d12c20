"""What a call can be refused with, in OpenAI's shape."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """A call that gets an error: its HTTP status, how it is counted, and the fields of OpenAI's error object."""

    def __init__(
        self,
        status: int,
        outcome: str,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        kind: str = "invalid_request_error",
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        super().__init__(message)
        self.status, self.outcome, self.headers = status, outcome, headers
        self.body: dict[str, Any] = {
            "error": {"message": message, "type": kind, "param": param, "code": code}
        }


def bad_request(message: str, param: str | None = None, code: str | None = None) -> Refused:
    """400: the request itself is wrong."""
    return Refused(400, "bad_request", message, param=param, code=code)


def wrong_key(given: str) -> Refused:
    """401: no key, or not the right one; the key is not repeated."""
    message = "Incorrect API key provided." if given else "You didn't provide an API key."
    return Refused(401, "unauthorized", message, code="invalid_api_key")


def unknown_model(model: str) -> Refused:
    """404: no such model."""
    message = f"The model `{model}` does not exist or you do not have access to it."
    return Refused(404, "unknown_model", message, code="model_not_found", param="model")


def unknown_path(method: str, path: str, methods: tuple[str, ...]) -> Refused:
    """404: no such path; 405 where the path knows other methods."""
    if methods:
        message = f"Not allowed to {method} on {path} (HINT: perhaps you meant to {' or '.join(methods)})"
        allow = (("allow", ", ".join(methods)),)
        return Refused(405, "not_found", message, code="method_not_supported", headers=allow)
    return Refused(404, "not_found", f"Invalid URL ({method} {path})", code="unknown_url")


def rate_limited(outcome: str, headers: tuple[tuple[str, str], ...]) -> Refused:
    """429: too many calls."""
    message = "Rate limit reached for requests. Please try again later."
    return Refused(429, outcome, message, code="rate_limit_exceeded", kind="requests", headers=headers)


def server_error() -> Refused:
    """500: the server's own fault."""
    message = "The server had an error while processing your request. Sorry about that!"
    return Refused(500, "server_error", message, kind="server_error")


def busy() -> Refused:
    """503: more connections than allowed."""
    message = "The server is overloaded: it has as many connections as it allows."
    return Refused(503, "busy", message, kind="server_error", code="overloaded")


def unsupported(status: int, param: str, what: str) -> Refused:
    """400 or 500: the server lacks a capability; the message names the parameter, as real servers do."""
    message = f"'{param}' of type '{what}' is not supported with this model."
    if status == 500:
        return Refused(500, "unsupported", message, kind="internal_server_error")
    return Refused(400, "unsupported", message, param=param, code="unsupported_parameter")
