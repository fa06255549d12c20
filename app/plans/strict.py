"""What run files and plans are made of: frozen values without unknown keys."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from app.settings import Share


class Strict(BaseModel):
    """A frozen value without unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Arrival(Strict):
    """Feelings in place of what the mind would have; None leaves them to the mind."""

    satisfaction: Share | None = None
    fatigue: Share | None = None
    trust: Share | None = None
    mood: Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)] | None = None

    def given(self) -> dict[str, float]:
        return self.model_dump(exclude_none=True)
