"""The value of a population: which personas in which shares, and how far its users vary around them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from graphs.messages import Message, Traits

TRAITS = tuple(Traits.model_fields)
"""The traits in their order; the last one, `minutes`, is not in [0, 1]."""

LARGEST_WEIGHT = 1e6
MOST_NOISE = 1.0


class Spread(Message):
    """How a trait varies: its center moves by `shift` and users spread around it with `sd`.

    For traits in [0, 1] both are on the trait's own scale. For `minutes` they are on the log scale: the mean
    is multiplied by exp(shift), and `sd` is that of the logarithm.
    """

    shift: Annotated[float, Field(ge=-1, le=1)] = 0.0
    sd: Annotated[float, Field(ge=0, le=1)] = 0.0


class Population(Message):
    """A weighted mix of personas. `members` are relative weights (> 0) by persona id.

    `taste_noise` is the standard deviation of the noise on every taste and dislike weight; a trait without
    an entry in `traits` stays as the persona has it.
    """

    id: Annotated[str, Field(min_length=1)]
    name: str = ""
    description: str = ""
    members: Annotated[Mapping[str, Annotated[float, Field(gt=0, le=LARGEST_WEIGHT)]], Field(min_length=1)]
    taste_noise: Annotated[float, Field(ge=0, le=MOST_NOISE)] = 0.25
    traits: Mapping[str, Spread] = Field(default_factory=dict)
