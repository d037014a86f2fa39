"""One kind of thing at a time (`xiaohao understand --part`): the public sets, and edges that a person would notice."""

import io
import json
from datetime import datetime
from types import ModuleType
from typing import Any

import pytest

from bot.calendar import Calendar, day_of
from bot.understanding.dates import find_days
from bot.understanding.normal import clean
from bot.understanding.parts import READERS
from bot.understanding.spans import find_span
from bot.understanding.stream import answer_each

from .judging import LANGUAGE, judge

PUBLIC = LANGUAGE / "public"
WEDNESDAY = "2025-09-17T10:00:00+08:00"


@pytest.fixture(scope="module")
def score() -> ModuleType:
    return judge(PUBLIC / "score.py")


def _answers(part: str, lines: list[str]) -> list[dict[str, Any]]:
    out = io.StringIO()
    answer_each(lines, out, READERS[part])
    return [json.loads(line) for line in out.getvalue().splitlines()]


# part, group of the score, least share that is right
GOALS = [
    ("dates", "all", 0.98),
    ("dates", "tier=plain", 0.99),
    ("dates", "kind=deadline", 1.0),
    ("durations", "all", 1.0),
    ("workdays", "all", 1.0),
    ("money", "all", 0.99),
    ("percent", "all", 0.99),
    ("numbers", "all", 0.99),
]


@pytest.mark.parametrize(("part", "group", "least"), GOALS)
def test_the_public_set_is_read(part: str, group: str, least: float, score: ModuleType) -> None:
    lines = (PUBLIC / f"public_{part}.ndjson").read_text(encoding="utf-8").splitlines()
    gold = [json.loads(line) for line in lines]
    _, groups, misses = score.score(gold, _answers(part, lines))
    rows, _, right = groups[group]
    assert right / rows >= least, misses


# dates ----------------------------------------------------------------------------------------------


def _span(text: str, sent_at: str = WEDNESDAY) -> tuple[str | None, str | None]:
    answer = READERS["dates"]({"id": "1", "text": text, "sent_at": sent_at})
    return answer["start"], answer["end"]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("上周", "2025-09-08", "2025-09-14"), ("下一周", "2025-09-22", "2025-09-28"), ("本周末", "2025-09-20", "2025-09-21"),
        ("下周一至周五", "2025-09-22", "2025-09-26"), ("上周三到这周二", "2025-09-10", "2025-09-16"),
        ("9月中旬", "2025-09-11", "2025-09-20"), ("2024年2月", "2024-02-01", "2024-02-29"), ("2025年2月底", "2025-02-25", "2025-02-28"),
        ("1-8月", "2025-01-01", "2025-08-31"), ("前三季度", "2025-01-01", "2025-09-30"), ("前8个月", "2025-01-01", "2025-08-31"),
        ("二〇二六年一季度", "2026-01-01", "2026-03-31"), ("25年国庆前", "2025-09-30", "2025-09-30"), ("十一前", "2025-09-30", "2025-09-30"),
        ("去年国庆", "2024-10-01", "2024-10-01"), ("明年春节前", "2026-02-16", "2026-02-16"), ("劳动节", "2026-05-01", "2026-05-01"),
        ("元旦前后", "2026-01-01", "2026-01-01"), ("9月20日-10月8日", "2025-09-20", "2025-10-08"), ("12月28日至1月3日", "2025-12-28", "2026-01-03"),
        ("31号", "2025-10-31", "2025-10-31"), ("2月29日", "2028-02-29", "2028-02-29"), ("9月30日前10个项目开工", "2025-09-30", "2025-09-30"),
        ("年初以来", "2025-01-01", "2025-09-17"), ("即日起至10月底", "2025-09-17", "2025-10-31"), ("9月最后一个工作日", "2025-09-30", "2025-09-30"),
        ("10月第一个工作日", "2025-10-09", "2025-10-09"), ("本月最后一个周五", "2025-09-26", "2025-09-26"), ("今明两天", "2025-09-17", "2025-09-18"),
        ("2025年9月17日10时至18日12时", "2025-09-17", "2025-09-18"), ("五六月份", "2025-05-01", "2025-06-30"), ("三五天内", "2025-09-22", "2025-09-22"),
        ("今年中", "2025-06-01", "2025-06-30"), ("2025.9.30前", "2025-09-30", "2025-09-30"), ("26年3月底前", "2026-03-31", "2026-03-31"), ("《明日之后》后天上线", "2025-09-19", "2025-09-19"),
    ],
)  # fmt: skip
def test_the_days_that_a_text_says(text: str, first: str, last: str) -> None:
    assert _span(text) == (first, last)


@pytest.mark.parametrize(
    ("text", "sent_at", "last"),
    [
        ("一个月内", "2025-01-31T23:59:59+08:00", "2025-02-28"),
        ("一个月内", "2024-01-31T23:59:59+08:00", "2024-02-29"),
        ("月底前", "2025-12-31T23:59:59+08:00", "2025-12-31"),
        ("月底前", "2025-12-31T16:00:00+00:00", "2026-01-31"),  # already the new year in the city
        ("年底前", "2025-12-31T23:59:59+08:00", "2025-12-31"),
        ("国庆前", "2025-09-30T23:59:59+08:00", "2025-09-30"),
        ("国庆前", "2025-10-01T00:00:00+08:00", "2026-09-30"),
        ("春节前", "2026-02-16T10:00:00+08:00", "2026-02-16"),
        ("春节前", "2026-02-17T10:00:00+08:00", "2027-02-05"),
        ("本周内", "2025-09-21T23:00:00+08:00", "2025-09-21"),
        ("周日前", "2025-09-21T23:00:00+08:00", "2025-09-21"),
        ("3个工作日内", "2025-09-28T10:00:00+08:00", "2025-10-09"),  # the Sunday is worked, then the holiday
    ],
)
def test_a_limit_at_the_end_of_what_it_counts(text: str, sent_at: str, last: str) -> None:
    assert _span(text, sent_at)[1] == last


@pytest.mark.parametrize(
    "text", ["", "2月30日", "9月31日", "3号楼", "项目进展顺利", "至今", "年产6万吨", "十二五规划"]
)
def test_what_says_no_day_is_null(text: str) -> None:
    assert _span(text) == (None, None)


def test_a_limit_is_the_same_day_alone_and_in_a_message() -> None:
    calendar, compared = Calendar(), 0
    for line in (LANGUAGE / "dev.ndjson").read_text(encoding="utf-8").splitlines():
        message = json.loads(line)
        text, today = clean(message["text"]), day_of(datetime.fromisoformat(message["sent_at"]))
        for day in find_days(text, today, calendar):
            words = text[day.start : day.end]
            if words.endswith(("前", "内", "底", "末")):
                span = find_span(words, today, calendar)
                assert span is not None and span.last == day.ahead, words
                compared += 1
    assert compared > 50


# durations ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("一年零三个月", "month", 15), ("两个半月", "month", 2.5), ("半年", "year", 0.5), ("十来天", "day", 10), ("三个多月", "month", 3),
        ("两三天", "day", [2, 3]), ("一两天", "day", [1, 2]), ("十七八天", "day", [17, 18]), ("二三十天", "day", [20, 30]),
        ("6个月到1年", "month", [6, 12]), ("10-15个工作日", "workday", [10, 15]), ("48小时", "day", 2), ("工期18个月", "month", 18),
        ("2025年", None, None), ("9月5日", None, None), ("第2周", None, None), ("一季度", None, None), ("几天", None, None), ("18周岁", None, None),
        ("9月20日至25日", None, None), ("9月20-25日", None, None), ("9月20日起30日内", "day", 30), ("20到25日", "day", [20, 25]),
    ],
)  # fmt: skip
def test_how_long_a_text_says(text: str, unit: str | None, value: object) -> None:
    assert READERS["durations"]({"id": "1", "text": text}) == {"unit": unit, "value": value}


# broken rows ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "line", "reason"),
    [
        ("dates", "{", "不是有效的 JSON"),
        ("dates", "[]", "应是一个 JSON 对象"),
        ("dates", '{"id": "1", "sent_at": "2025-09-17T10:00:00+08:00"}', "缺少 text"),
        ("dates", '{"id": "1", "text": "周五", "sent_at": "2025-09-17"}', "sent_at 应是带时区的时间"),
        (
            "dates",
            '{"id": "1", "text": "周五", "sent_at": "0001-01-01T00:00:00+14:00"}',
            "sent_at 应是带时区的时间",
        ),
        ("durations", '{"id": "1", "text": 3}', "缺少 text"),
        ("workdays", '{"date": "2025-02-30"}', "date 应是日期"),
        ("workdays", '{"id": "1"}', "date 应是日期"),
    ],
)
def test_a_broken_row_is_told_and_the_rest_goes_on(part: str, line: str, reason: str) -> None:
    good = json.dumps({"id": "2", "text": "三天内", "sent_at": WEDNESDAY, "date": "2025-09-28"})
    broken, answered = _answers(part, [line, good])
    assert broken["error"].startswith(f"第1行：{reason}")
    assert answered["id"] == "2" and "error" not in answered


def test_half_a_character_in_an_id_is_given_back() -> None:
    assert _answers("durations", ['{"id": "\\ud800", "text": "三天"}'])[0]["id"] == "\ud800"
