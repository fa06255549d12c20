"""A language model of some ten thousand random numbers, as a GGUF file that llama.cpp loads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

WIDTH, HEADS, INNER, CONTEXT = 32, 2, 32, 32_768
SPECIAL = ("<unk>", "<s>", "</s>", "▁")
"""Beside these the vocabulary is the 256 bytes, so that every text can be read and written."""
_NORMAL, _UNKNOWN, _CONTROL, _BYTE = 1, 2, 3, 6
_TEMPLATE = "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}"

_LIKELY = {'"': 5.0, ",": 5.0, "0": 5.0, "}": 4.0, ":": 4.0, "]": 3.0, " ": 1.0}
_LETTER, _OTHER = 2.0, -4.0
"""Log-odds added to a token's: numbers are mostly 0, and texts and lists end soon."""


def make(path: Path, seed: int = 7) -> Path:
    """Writes the model; what it says is nonsense."""
    import gguf

    writer: Any = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(1)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    _add_vocabulary(writer)
    for name, weights in _tensors(np.random.default_rng(seed)).items():
        writer.add_tensor(f"{name}.weight", weights)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _add_vocabulary(writer: Any) -> None:
    tokens = [*SPECIAL, *(f"<0x{byte:02X}>" for byte in range(256))]
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores([0.0] * len(tokens))
    writer.add_token_types([_UNKNOWN, _CONTROL, _CONTROL, _NORMAL, *[_BYTE] * 256])
    writer.add_unk_token_id(0)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_chat_template(_TEMPLATE)


def _tensors(rng: np.random.Generator) -> dict[str, npt.NDArray[np.float32]]:
    """Every embedding has the same first number, by which the last layer adds the log-odds."""

    def draw(*shape: int) -> npt.NDArray[np.float32]:
        return rng.normal(0.0, 0.3, shape).astype(np.float32)

    vocabulary = len(SPECIAL) + 256
    embedding, output = draw(vocabulary, WIDTH), draw(vocabulary, WIDTH)
    embedding[:, 0] = 6.0
    output[:, 0] = np.array(_odds()) / WIDTH**0.5
    ones = np.ones(WIDTH, np.float32)
    matrices = {f"blk.0.attn_{name}": draw(WIDTH, WIDTH) * 0.1 for name in ("q", "k", "v", "output")}
    inner = {
        "blk.0.ffn_gate": (INNER, WIDTH),
        "blk.0.ffn_up": (INNER, WIDTH),
        "blk.0.ffn_down": (WIDTH, INNER),
    }
    return {
        "token_embd": embedding,
        "output": output,
        "output_norm": ones,
        "blk.0.attn_norm": ones,
        "blk.0.ffn_norm": ones,
        **matrices,
        **{name: draw(*shape) * np.float32(0.1) for name, shape in inner.items()},
    }


def _odds() -> list[float]:
    bytes_ = map(chr, range(256))
    odds = [_LIKELY.get(b, _LETTER if b.isascii() and b.isalpha() else _OTHER) for b in bytes_]
    return [_OTHER] * len(SPECIAL) + odds
