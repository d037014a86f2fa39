"""Batch events in words, and what came of a project that went into one. Pure. Row P15."""

from bot.mechanism.events import Event, ProjectEvents
from bot.mechanism.reserve import Reserved, Stage

KINDS = {"签约": "signed", "投产": "in_production", "开工": "started", "复工": "started"}
_EVENTS = {"started": Event.STARTED, "in_production": Event.IN_PRODUCTION}
_STAGES = {"signed": Stage.SIGNED, "started": Stage.STARTED, "in_production": Stage.IN_PRODUCTION}


def entrant_words(state: str, words: str, name: str) -> str:
    """G108：备好; 奥体中心：还缺施工许可; 诺维兰：没有回."""
    said = {"ready": "备好", "lacks": f"还缺{words}", "asked": "没有回"}[state]
    return f"{name}：{said}"


def came_of(kind: str, event: ProjectEvents | None, kept: Reserved | None) -> bool:
    """Whether what the event was for has come about."""
    if kept is not None:
        return kept.stage >= _STAGES[kind]
    if event is None:
        return False
    if kind == "signed":
        return True  # a project of the ledger has been signed long since
    return event.reached(_EVENTS[kind]) is not None
