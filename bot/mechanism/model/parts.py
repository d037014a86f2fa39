"""What the parts of a regime are made of."""

from datetime import time
from typing import Annotated, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    model_validator,
)


def _hour(value: object) -> object:
    """An hour as HH:MM. ValueError (in the reader's words) for anything else."""
    if isinstance(value, time):
        return value
    if isinstance(value, str) and len(value) == 5:
        try:
            return time.fromisoformat(value)
        except ValueError:
            pass
    raise ValueError("要写成“08:30”这样的钟点")


Hour = Annotated[time, BeforeValidator(_hour)]


Text = Annotated[str, Field(min_length=1)]


Count = Annotated[StrictInt, Field(ge=0)]


WorkingHours = Annotated[StrictFloat, Field(ge=0)]


SomeWorkingHours = Annotated[StrictFloat, Field(gt=0)]


class Part(BaseModel):
    """Base of a regime's parts: frozen, and a key that we don't know is a fault."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Rule(Part):
    """A part that has a clause, or is marked as the regime's own."""

    row: str = Field("", title="条目")
    clause: str = Field("", title="依据条款")
    own: StrictBool = Field(False, title="本机制自定")

    @model_validator(mode="after")
    def _clause_or_own(self) -> Self:
        if bool(self.clause) == self.own:
            raise ValueError("要么写依据条款 clause，要么标明自定 own = true，二者取其一")
        return self
