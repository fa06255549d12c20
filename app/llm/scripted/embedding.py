"""Embeddings: words and their letter triples hashed into a unit vector, so that like texts are near."""

from __future__ import annotations

import math
import re
from array import array
from base64 import b64encode
from functools import lru_cache
from typing import Any
from zlib import crc32

import orjson

from app.llm.scripted.errors import bad_request
from app.llm.scripted.messages import text_tokens

DIMENSIONS, MOST_DIMENSIONS, MOST_INPUTS = 256, 4096, 2048

_WORD = re.compile(r"\w+")
_TRIPLE = 0.3


def embedded(body: dict[str, Any]) -> tuple[bytes, int]:
    """The body of the reply and the tokens of the input; Refused with 400 where the request is wrong."""
    texts, tokens = _texts(body.get("input"))
    size = body.get("dimensions", DIMENSIONS)
    if type(size) is not int or not 1 <= size <= MOST_DIMENSIONS:
        message = f"Invalid value for 'dimensions': give a whole number from 1 to {MOST_DIMENSIONS}."
        raise bad_request(message, "dimensions")
    form = body.get("encoding_format") or "float"
    if form not in ("float", "base64"):
        raise bad_request("Invalid value for 'encoding_format': give float or base64.", "encoding_format")
    data = [
        {"object": "embedding", "index": i, "embedding": _packed(vector(text, size), form)}
        for i, text in enumerate(texts)
    ]
    used = {"prompt_tokens": tokens, "total_tokens": tokens}
    return orjson.dumps({"object": "list", "data": data, "model": body["model"], "usage": used}), tokens


def _texts(given: Any) -> tuple[list[str], int]:
    """The inputs as texts (numbers of tokens as words) and how many tokens they have."""
    inputs = [given] if isinstance(given, str) or _is_tokens(given) else given
    if not isinstance(inputs, list) or not inputs or len(inputs) > MOST_INPUTS:
        raise bad_request(f"Invalid 'input': give text, or a list of 1 to {MOST_INPUTS} texts.", "input")
    texts = [_text(one, f"input[{i}]") for i, one in enumerate(inputs)]
    counts = (text_tokens(len(one.encode())) if isinstance(one, str) else len(one) for one in inputs)
    return texts, sum(counts)


def _is_tokens(given: Any) -> bool:
    return isinstance(given, list) and bool(given) and all(type(token) is int for token in given)


def _text(one: Any, where: str) -> str:
    if isinstance(one, str) and one:
        return one
    if _is_tokens(one):
        return " ".join(map(str, one))
    raise bad_request(f"Invalid '{where}': give text that is not empty.", where)


def vector(text: str, size: int) -> list[float]:
    """A unit vector of the text: each word and each triple of letters adds to one signed dimension."""
    sums = [0.0] * size
    for word in _WORD.findall(text.lower()) or [text]:
        for place, weight in _features(word):
            sums[place % size] += weight
    length = math.sqrt(sum(x * x for x in sums))
    if not length:
        sums[0] = length = 1.0
    return [x / length for x in sums]


@lru_cache(maxsize=1 << 16)
def _features(word: str) -> tuple[tuple[int, float], ...]:
    triples = ("#" + word[at : at + 3] for at in range(len(word) - 2))
    codes = [(crc32(word.encode()), 1.0), *((crc32(triple.encode()), _TRIPLE) for triple in triples)]
    return tuple((code >> 1, weight if code & 1 else -weight) for code, weight in codes)


def _packed(values: list[float], form: str) -> Any:
    return values if form == "float" else b64encode(array("f", values).tobytes()).decode()
