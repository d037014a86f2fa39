"""By which rule of a regime something is said: its short form and its clause, in people's words. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from bot.mechanism.model import Regime, Rule

_OWN = "本机制自定"
_OF: dict[str, str] = {  # how keys and kinds of notices begin whose rule is called otherwise
    "above": "routing",
    "adjusted": "adjust",
    "batch": "batches",
    "behind": "plans.control",
    "brief": "sponsorship",
    "draft": "ladders",
    "draft_waits": "ladders",
    "instruction": "instructions",
    "instruction_done": "instructions",
    "letter": "ladders",
    "month": "months",
    "node": "wall_chart",
    "not_understood": "summary",
    "nudge": "summary",
    "photo": "proof",
    "rhythm": "rhythms",
    "round": "rounds",
}
_EVENT = "办理中的告知（谁办了什么），没有时限"


def source_of(regime: Regime, kind: str, key: str) -> tuple[str, str]:
    """(short form, clause) behind a notice of that kind and key that speaks of no limit."""
    for word in (key.partition(":")[0], kind, kind.partition("-")[0]):
        name = word.replace("-", "_")
        name = _OF.get(name, name)
        if name == "ladders":
            return "提级", _OWN
        title, value = _part(regime, name)
        if (rules := list(_rules(value))) and name != "text":
            says = dict.fromkeys(say for one in rules if (say := getattr(one, "say", "")))
            return "、".join(says) or title, "；".join(
                dict.fromkeys(clause_words(regime, one) for one in rules)
            )
    return "", _EVENT


def _part(regime: Regime, path: str) -> tuple[str, Any]:
    """What stands there in the regime with its title; None where nothing does."""
    title: str = path
    value: Any = regime
    for name in path.split("."):
        if value is None or name not in type(value).model_fields:
            return path, None
        title, value = type(value).model_fields[name].title or name, getattr(value, name)
    return title, value


def rules_of(regime: Regime) -> Iterator[tuple[str, Rule]]:
    """Every rule of the regime with its path in people's words, in the order of the file's shape."""
    yield from _within("", regime)


def _within(path: str, value: Any) -> Iterator[tuple[str, Rule]]:
    if isinstance(value, Rule):
        yield path, value
    if isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            if not field.exclude:
                title = field.title or name
                yield from _within(f"{path}·{title}" if path else title, getattr(value, name))
    elif isinstance(value, Mapping):
        for name, one in value.items():
            yield from _within(f"{path}·{name}", one)
    elif isinstance(value, tuple):
        for one in value:
            yield from _within(path, one)


def clause_words(regime: Regime, rule: Rule) -> str:
    """运政办发〔2019〕12号（十五）, or that it is the regime's own."""
    return regime.notice_of(rule.clause) if rule.clause else _OWN


def _rules(value: Any) -> Iterable[Rule]:
    if isinstance(value, Rule):
        yield value
    elif isinstance(value, tuple):
        yield from (one for one in value if isinstance(one, Rule))
