"""Texts that mean harm: 2,000 characters of whatever costs most are answered in time, whoever sends them."""

import time
from datetime import datetime
from datetime import time as clock

import pytest

from bot.calendar import CITY
from bot.people import Role, Sender, TicketTitle
from bot.understanding import Message, Understanding
from bot.understanding.normal import MOST

from .conftest import TUESDAY

MANY = tuple(TicketTitle(n, n % 30 + 1, "utilities", f"第{n}段供水管网迁改") for n in range(1, 60))
LIMIT = 0.1  # seconds of work: a message has 0.05, a slow machine twice that

PIECES = (
    "停供", "%\n", "师 ", "抽蓄，", "源网荷储。", "没过。", "百万\n", "请盐湖区", "请住建局、", "闻喜县有没有超期未办的？。", "17号收到，张工负责。",
    "奥体项目请住建局牵头，十月底前必须开工、", "1、环评没批。", "9月10日至", "半年内", "一二三万亿点", "没", "(", "累计完成", "由王",
    "项目", "局", "昨天没", "1-3号、", "改成", "不是8号项目是9号", "同意", "挂牌督办17号", "又", "三户没签，",
)  # fmt: skip


def seconds(reader: Understanding, message: Message) -> float:
    began = time.thread_time()
    reader.understand(message)
    return time.thread_time() - began


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("role", Role)
def test_no_text_takes_long(understanding: Understanding, role: Role, piece: str) -> None:
    sent_at = datetime.combine(TUESDAY, clock(10), CITY)
    text = (piece * MOST)[:MOST]
    message = Message(text, sent_at, "private", Sender(role, "市住建局", (3, 9)), MANY)
    assert any(
        seconds(understanding, message) <= LIMIT for _ in range(3)
    )  # twice more, if something disturbed
