"""What a user who has had enough would ask for: the widest gap between what it wants and what it was shown."""

from __future__ import annotations

import numpy as np

from app import draws
from app.draws import What
from app.minds.behavior import OPEN, sigmoid
from app.minds.parameters import BehaviorParameters
from app.minds.rows import F32, F64, WISHES, ItemRows, MindRows, ReviewRows, UserRows, WishRows, no_wishes
from graphs.messages import KINDS, Directive, Kind

_FACET_KINDS: tuple[Kind, ...] = ("more", "less", "avoid")
_PLAIN_KINDS: tuple[Kind, ...] = (
    "newer",
    "older",
    "shorter",
    "longer",
    "popular",
    "niche",
    "surprise",
    "similar",
)
_CODE = {kind: np.int8(KINDS.index(kind)) for kind in KINDS}
_HURRIED = 30.0
"""Minutes of a session below which one asks for something shorter."""
_ON_FACETS = ("more", "less", "avoid", "only")
_NUMERIC = {
    "newer": (0, 1.0), "older": (0, -1.0), "longer": (1, 1.0), "shorter": (1, -1.0), "popular": (2, 1.0),
    "niche": (2, -1.0),
}  # fmt: skip


def choose(
    p: BehaviorParameters, items: ItemRows, users: UserRows, mind: MindRows, out: ReviewRows, turn: int
) -> tuple[WishRows, F32]:
    """The wishes of n users and the share (n, F + 1) of the seen items that had each facet."""
    share = _shown(items, users.facet.shape[1], out)
    gaps = np.concatenate(
        [_facet_gaps(p, items, users, mind, share), _plain_gaps(p, items, users, mind, out)], axis=1
    )
    noise = -np.log(-np.log(draws.uniform(users.key, turn, What.WISH, gaps.shape[1])))
    score = np.where(gaps > p.ask_least, gaps + p.ask_noise * noise, -np.inf)
    n, rows = len(gaps), np.arange(len(gaps))
    wishes = no_wishes(n)
    second = draws.uniform(users.key, turn, What.WISH) < p.ask_second
    for place in range(WISHES):
        option = score.argmax(axis=1)
        there = np.isfinite(score[rows, option]) & (second if place else True)
        _write(wishes, place, there, option, gaps, _best_item(users, out), users.facet.shape[1] - 1)
        _exclude(score, option, users.facet.shape[1] - 1)
    return wishes, share


def _shown(items: ItemRows, width: int, out: ReviewRows) -> F32:
    """float32 (n, F + 1): share of the seen items with each facet."""
    n, k = out.items.shape
    seen = np.arange(k) < out.seen[:, None]
    flat = (np.arange(n)[:, None, None] * width + items.facets[out.items])[seen].ravel()
    counts = np.bincount(flat, minlength=n * width).reshape(n, width)
    counts[:, -1] = 0
    return np.asarray(counts / np.maximum(out.seen, 1)[:, None], np.float32)


def _facet_gaps(p: BehaviorParameters, items: ItemRows, users: UserRows, mind: MindRows, share: F32) -> F64:
    """(n, 3 F): gaps of more, less and avoid per facet; 0 where a facet is too rare to ask for."""
    liking = users.facet[:, :-1].astype(np.float64)
    shown, worn = share[:, :-1].astype(np.float64), mind.satiation[:, :-1].astype(np.float64)
    liked, disliked = np.clip(liking, 0, None), np.clip(-liking, 0, None)
    more = p.ask_more * liked * (1.0 - shown)
    much = worn * np.clip(shown - items.share, 0, None) * (1.0 - items.share)
    less = p.ask_less * items.matters * much - p.ask_liked * liked
    avoid = p.ask_avoid * items.matters * disliked * shown
    return np.concatenate([np.where(items.common, part, 0.0) for part in (more, less, avoid)], axis=1)


def _plain_gaps(
    p: BehaviorParameters, items: ItemRows, users: UserRows, mind: MindRows, out: ReviewRows
) -> F64:
    """(n, 8) gaps of the kinds without a facet, in the order of _PLAIN_KINDS."""
    k = out.items.shape[1]
    seen = (np.arange(k) < out.seen[:, None])[:, :, None]
    mean = (items.numeric[out.items] * seen).sum(axis=1) / np.maximum(out.seen, 1)[:, None]
    pull = p.ask_lean * users.lean - p.ask_shown * mean
    crowd = p.ask_crowd * (users.trait("conformity") - users.trait("curiosity"))
    hurry = p.ask_hurry * np.clip(1.0 - users.minutes / _HURRIED, 0.0, None)
    surprise = p.ask_surprise * mind.boredom * (0.5 + users.trait("curiosity"))
    _, value = _best(out)
    similar = np.where(value > 1.0, p.ask_similar * sigmoid(value), 0.0)
    columns = [
        pull[:, 0], -pull[:, 0], hurry - pull[:, 1], pull[:, 1] - hurry, pull[:, 2] + crowd - p.ask_crowd_least,
        -pull[:, 2] - crowd - p.ask_crowd_least, surprise, similar,
    ]  # fmt: skip
    return np.stack(columns, axis=1)


def _best(out: ReviewRows) -> tuple[np.ndarray, F64]:
    """Slot and value of the best opened item of each slate; -inf where none was opened."""
    value = np.where(out.actions & OPEN, out.utility.astype(np.float64), -np.inf)
    slot = value.argmax(axis=1)
    return slot, np.nan_to_num(value[np.arange(len(slot)), slot], neginf=-1e9)


def _best_item(users: UserRows, out: ReviewRows) -> np.ndarray:
    slot, _ = _best(out)
    return np.asarray(out.items[np.arange(len(slot)), slot])


def _write(
    wishes: WishRows,
    place: int,
    there: np.ndarray,
    option: np.ndarray,
    gaps: F64,
    best: np.ndarray,
    width: int,
) -> None:
    family = np.minimum(option // width, 3)
    plain = option - 3 * width
    kinds = np.array([_CODE[k] for k in (*_FACET_KINDS, *_PLAIN_KINDS)], np.int8)
    kind = kinds[np.where(family < 3, family, 3 + plain)]
    target = np.where(family < 3, option % width, np.where(kind == _CODE["similar"], best, -1))
    gap = gaps[np.arange(len(option)), option]
    wishes.kind[:, place] = np.where(there, kind, -1)
    wishes.target[:, place] = np.where(there, target, -1)
    wishes.gap[:, place] = np.where(there, gap, 0.0)
    wishes.strength[:, place] = np.where(there, np.round(0.4 + 0.6 * np.tanh(gap), 2), 0.0)


def _exclude(score: F64, option: np.ndarray, width: int) -> None:
    """Leave out what would repeat or contradict the option: its facet, or the pair of kinds it belongs to."""
    rows = np.arange(len(option))
    facet = option < 3 * width
    base = option % width
    for family in range(3):
        column = family * width + base
        score[rows[facet], column[facet]] = -np.inf
    pair = 3 * width + (option - 3 * width) // 2 * 2
    for side in range(2):
        column = pair + side
        score[rows[~facet], column[~facet]] = -np.inf


def encode(
    p: BehaviorParameters, items: ItemRows, wishes: WishRows, share: F32, old: tuple[F32, F32, F32]
) -> tuple[F32, F32, F32]:
    """The standing wish as vectors over facets (n, F + 1), numbers (n, 3) and the dense space (n, L).

    A new wish stands beside what is left of the old one. A surprise is anything but what was just shown; it
    comes first, so that a facet named beside it counts in full.
    """
    facet, numeric, dense = (part * np.float32(p.wish_old) for part in old)
    pulls = {"more": p.wish_more, "less": -p.wish_less, "avoid": -p.wish_avoid, "only": p.wish_avoid}
    rows = np.arange(len(wishes.kind))
    surprise = np.where(wishes.kind == _CODE["surprise"], wishes.strength, 0.0).max(axis=1)
    on = surprise > 0
    facet[on] = -share[on] * surprise[on, None].astype(np.float32)
    for place in range(WISHES):
        kind, target = wishes.kind[:, place], wishes.target[:, place]
        strength = wishes.strength[:, place].astype(np.float32)
        for name, pull in pulls.items():
            on = kind == _CODE[name]  # type: ignore[index]
            facet[rows[on], target[on]] = np.float32(pull) * strength[on]
        for name, (column, sign) in _NUMERIC.items():
            on = kind == _CODE[name]  # type: ignore[index]
            numeric[rows[on], column] = np.float32(p.wish_number * sign) * strength[on]
        on = kind == _CODE["similar"]
        dense[rows[on]] = items.dense[target[on]] * strength[on, None]
    facet[:, -1] = 0.0
    return facet, numeric, dense


def directives(wishes: WishRows, row: int, names: tuple[str, ...], ids: tuple[str, ...]) -> list[Directive]:
    """The directives of one row, in words: facets by name, items by id."""
    found = []
    for place in range(WISHES):
        code, target = int(wishes.kind[row, place]), int(wishes.target[row, place])
        if code < 0:
            continue
        kind = KINDS[code]
        facet: str | None = None
        value: str | None = None
        if kind in _ON_FACETS:
            facet, _, value = names[target].partition(":")
        elif kind == "similar":
            facet, value = "title", ids[target]
        found.append(
            Directive(kind=kind, facet=facet, value=value, strength=float(wishes.strength[row, place]))
        )
    return found
