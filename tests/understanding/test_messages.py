"""Whole messages: the annotated set, broken input, and texts that mean harm."""

import io
import json
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.understanding import Understanding
from bot.understanding.stream import run

from .conftest import Says
from .judging import LANGUAGE, by_id, judge


@pytest.fixture(scope="module")
def score() -> ModuleType:
    return judge(LANGUAGE / "score.py")


@pytest.mark.parametrize(
    ("name", "slots"),
    [
        ("dev", 0.98), ("second-office", 0.97), ("second-site", 0.97), ("second-more-office", 0.97),
        ("second-more-site", 0.97), ("second-fresh", 0.97),
    ],
)  # fmt: skip
def test_nearly_all_annotated_messages_are_understood(
    understanding: Understanding, score: ModuleType, name: str, slots: float
) -> None:
    lines = (LANGUAGE / f"{name}.ndjson").read_text(encoding="utf-8").splitlines()
    out = io.StringIO()
    assert run(lines, out, understanding) == 0
    gold, answers = by_id(lines), by_id(out.getvalue().splitlines())
    result = score.score(gold, answers)
    assert result["message_accuracy"] >= 0.97, result["wrong"]
    assert result["slot_f1"] >= slots, result["wrong_slots"]
    assert result["ask_accuracy"] >= 0.95, result["wrong"]
    assert list(answers) == list(gold)


def _line(**changes: Any) -> str:
    message = {
        "id": "m1",
        "text": "本月完成300万",
        "sent_at": "2025-09-16T10:00:00+08:00",
        "chat": "private",
        "sender": {"role": "liaison", "unit": "市住建局", "projects": [9]},
        "tickets": [],
    }
    return json.dumps({**message, **changes}, ensure_ascii=False)


@pytest.mark.parametrize(
    ("line", "name", "reason"),
    [
        ("{", None, "不是有效的 JSON"),
        ("[]", None, "应是一个 JSON 对象"),
        (_line(id=3), None, "缺少 id"),
        (_line(text=None), "m1", "缺少 text"),
        (_line(sent_at="2025-09-16T10:00:00"), "m1", "sent_at"),
        (_line(chat="room"), "m1", "chat"),
        (_line(sender={"role": "king"}), "m1", "sender.role"),
        (_line(sender=None), "m1", "缺少 sender"),
        (_line(tickets=[{"number": "x"}]), "m1", "tickets"),
    ],
)
def test_a_broken_line_is_named_and_the_rest_goes_on(
    understanding: Understanding, line: str, name: str | None, reason: str
) -> None:
    out = io.StringIO()
    assert run([_line(), line, "\n", _line(id="m2")], out, understanding) == 1
    first, broken, last = [json.loads(answer) for answer in out.getvalue().splitlines()]
    assert (first["id"], last["id"]) == ("m1", "m2")
    assert first["acts"] == [{"act": "progress", "project": 9, "invested": [{"scope": "month", "wan": 300}]}]
    assert broken["id"] == name
    assert "第2行" in broken["error"] and reason in broken["error"]


@pytest.mark.parametrize(
    "piece",
    ["一", "1", "1亿", "请", "请市住建局、", "没", "(", "17号", "1、", "9月", "槐东路", "\n", "@", "[", "半年内", "累计", "户没", "零", "💥", "\u202e", "\x00", "。", "，"],
)  # fmt: skip
@pytest.mark.parametrize("role", ["liaison", "contact", "office", "leader"])
def test_twenty_thousand_characters_of_anything_are_answered(says: Says, role: str, piece: str) -> None:
    says(role, (piece * 20_000)[:20_000], projects=(3, 9))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.sampled_from(["liaison", "contact", "office", "leader"]),
    st.lists(
        st.one_of(
            st.text(max_size=10),
            st.sampled_from(["槐东路", "17号", "请环保局", "一亿二", "百分之六", "月底前", "正月三十", "2月30号", "没批", "开工了", "？", "，", "1、"]),
        ),
        max_size=12,
    ),
)  # fmt: skip
def test_any_text_is_answered_in_the_contracts_form(says: Says, role: str, pieces: list[str]) -> None:
    answer = says(role, "".join(pieces), projects=(3, 9)).as_json()
    assert json.loads(json.dumps(answer)) == answer
    assert answer["ask"] is None or answer["ask"]["candidates"] == sorted(answer["ask"]["candidates"])
