"""Regimes that an earlier version of the program kept: what began under one ends under it, whatever keys came since."""

import tomllib
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from bot.mechanism import regime as regimes
from bot.mechanism.model import Regime


def reread(text: str, name: str) -> Regime:
    """The regime of a kept text. Keys that are no longer known are left out; those that are new since are as in
    the shipped regime of that id, or the default one. The text, and with it the hash, stays as it was.

    RegimeError if it can't be read even so.
    """
    try:
        return regimes.parse(text, name)
    except regimes.RegimeError:
        data = tomllib.loads(text)
    shipped = data.get("id") if data.get("id") in regimes.names() else regimes.DEFAULT
    newer = tomllib.loads(regimes.load(str(shipped)).text)
    while True:
        try:
            return Regime.model_validate({**data, "text": text})
        except ValidationError as error:
            mended = [_mended(data, newer, one["type"], one["loc"]) for one in error.errors()]
            if not any(mended):
                return regimes.parse(text, name)  # says all that is wrong


def _mended(data: dict[str, Any], newer: dict[str, Any], kind: str, loc: Sequence[int | str]) -> bool:
    """Whether one fault was taken out of `data`."""
    above, own = _at(data, loc[:-1]), loc[-1]
    if not isinstance(above, dict) or not isinstance(own, str):
        return False
    if kind == "extra_forbidden":
        return above.pop(own, None) is not None
    example = _at(newer, loc[:-1])
    if kind == "missing" and isinstance(example, dict) and own in example:
        above[own] = example[own]
        return True
    return False


def _at(data: Any, loc: Sequence[int | str]) -> Any:
    """What stands there; None if nothing does."""
    for part in loc:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return None
    return data
