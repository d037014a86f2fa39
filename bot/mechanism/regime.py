"""Reading regimes: by name from those shipped, by path from a city's own, or from stored text."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.mechanism.model import Regime
from bot.unreadable import NOT_UTF8, reason_of, toml_fault

DEFAULT = "yuncheng-2025"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a regime's file: dotted key (empty: the whole file) and why, in Chinese."""

    file: str
    key: str
    reason: str

    def __str__(self) -> str:
        return "：".join(part for part in (self.file, self.key, self.reason) if part)


class RegimeError(Exception):
    """A regime can't be used; `faults` are all that are wrong with it."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


def names() -> list[str]:
    """The regimes that are shipped."""
    folder = resources.files("bot.mechanism") / "regimes"
    return sorted(
        entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml")
    )


def load(name_or_path: str | Path) -> Regime:
    """The regime of that name, or of that file (anything that ends in .toml or has a slash).

    RegimeError names all faults at once.
    """
    given = str(name_or_path)
    if given in names():
        source = resources.files("bot.mechanism") / "regimes" / f"{given}.toml"
        return parse(source.read_bytes().decode("utf-8"), f"{given}.toml")
    if not given.endswith(".toml") and "/" not in given:
        raise RegimeError((Fault(given, "", f"没有这个机制；可用的有：{'、'.join(names())}，或写文件路径"),))
    try:
        text = Path(given).read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise RegimeError((Fault(given, "", f"文件读不出来：{reason_of(error)}"),)) from error
    except UnicodeDecodeError as error:
        raise RegimeError((Fault(given, "", NOT_UTF8),)) from error
    return parse(text, Path(given).name)


def parse(text: str, file: str) -> Regime:
    """The regime that a text says; `file` only names it in faults. RegimeError names all faults at once."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line, reason = toml_fault(error, text)
        raise RegimeError((Fault(file, f"第{line}行", reason),)) from error
    faults = [Fault(file, key, reason) for key, reason in _unresolved(data)]
    if "text" in data:
        faults.append(Fault(file, "text", "不认识这一项，请核对拼写"))
    try:
        regime = Regime.model_validate({**data, "text": text})
    except ValidationError as error:
        faults += [Fault(file, _key(details), _reason(details)) for details in error.errors()]
        raise RegimeError(tuple(faults)) from error
    if faults:
        raise RegimeError(tuple(faults))
    return regime


def _unresolved(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """References to notices and ladders that the file doesn't define, and names given twice.

    Looks at the raw data, so that these faults are found beside those of shape.
    """
    notices, ladders = _table(data.get("notices")), _table(data.get("ladders"))
    if isinstance(notice := data.get("notice"), str) and notice not in notices:
        yield "notice", f"[notices] 里没有 {notice}"
    for key, value in _leaves(data):
        last = key.rpartition(".")[2]
        if last == "clause" and isinstance(value, str) and value and value.split(" ")[0] not in notices:
            yield key, f"[notices] 里没有 {value.split(' ')[0]}"
        if last == "ladder" and isinstance(value, str) and value and value not in ladders:
            yield key, f"[ladders] 里没有 {value}"
    for name, rungs in ladders.items():
        rows = rungs if isinstance(rungs, list) else []
        found = [rung.get("name") for rung in rows if isinstance(rung, dict)]
        if not found:
            yield f"ladders.{name}", "至少要有一级"
        if len(set(map(str, found))) != len(found):
            yield f"ladders.{name}", "各级名称 name 不能重复"


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _leaves(data: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in data.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{above}{key}.")
        elif isinstance(value, list) and all(isinstance(one, dict) for one in value):
            for place, one in enumerate(value, 1):
                yield from _leaves(one, f"{above}{key}.{place}.")
        else:
            yield above + key, value


def _key(details: ErrorDetails) -> str:
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in details["loc"])


_REASONS = {
    "missing": "缺少这一项",
    "extra_forbidden": "不认识这一项，请核对拼写",
    "int_type": "要写整数",
    "float_type": "要写数字",
    "bool_type": "要写 true 或 false",
    "string_type": "要写文字（加引号）",
    "string_too_short": "不能空着",
    "too_short": "不能空着",
    "model_type": "要写成一个表",
    "model_attributes_type": "要写成一个表",
    "dict_type": "要写成一个表",
    "tuple_type": "要写成列表",
    "date_type": "要写日期，如 2025-03-20",
    "date_from_datetime_parsing": "要写日期，如 2025-03-20",
    "date_parsing": "要写日期，如 2025-03-20",
}
_BOUNDS = {
    "greater_than": ("gt", "要大于"),
    "greater_than_equal": ("ge", "不能小于"),
    "less_than_equal": ("le", "不能大于"),
}


def _reason(details: ErrorDetails) -> str:
    """Why, in the words of whoever writes the file."""
    kind, context = details["type"], details.get("ctx", {})
    if kind == "value_error":
        return str(context["error"])
    if kind in _BOUNDS:
        bound, words = _BOUNDS[kind]
        return f"{words}{context[bound]:g}，现在是 {details['input']}"
    if kind in ("literal_error", "enum"):
        expected = str(context["expected"]).replace("'", "").replace(" or ", "、").replace(", ", "、")
        return f"只能是 {expected}，现在是 {details['input']}"
    return _REASONS.get(kind, f"写得不对：{details['input']}")
