"""What all platforms stand on: frames, cuts, tokens, limits, trusted hosts."""

import asyncio
import base64
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channel import Button, ChannelError, Outgoing
from bot.channels.common.callback import Refused, Request, json_object, refuse_stale, same, xml_element
from bot.channels.common.frame import Frame, signature
from bot.channels.common.limits import MONTH, Limit, Limits
from bot.channels.common.parts import cut, in_words, send_parts
from bot.channels.common.quotes import about_quote
from bot.channels.common.token import Token
from bot.channels.common.web import Hosts
from tests.channels.wecom_kit import AES_KEY

# ---- frames -------------------------------------------------------------------------------------


@given(st.text(max_size=300), st.sampled_from(["", "wwcorp"]))
def test_a_frame_opens_to_what_was_put_in(text: str, receiver: str) -> None:
    text = text.encode("utf-8", "ignore").decode()
    frame = Frame(AES_KEY, receiver)
    assert frame.open(frame.close(text)) == text


@given(st.binary(max_size=400))
def test_noise_is_refused_and_never_more_than_that(noise: bytes) -> None:
    with pytest.raises(Refused):
        Frame(AES_KEY, "wwcorp").open(base64.b64encode(noise).decode())


@given(st.integers(0, 10_000), st.integers(0, 7))
def test_a_changed_bit_is_no_message_of_the_corps(place: int, bit: int) -> None:
    frame = Frame(AES_KEY, "wwcorp")
    sealed = bytearray(base64.b64decode(frame.close("进度50%" * 5)))
    sealed[place % len(sealed)] ^= 1 << bit
    try:
        opened = frame.open(base64.b64encode(bytes(sealed)).decode())
    except Refused:
        return
    # CBC can't tell a change of text from text: that is what the signature is for.
    assert opened != ""


def test_the_signature_is_that_of_the_platform() -> None:
    # From an independent implementation.
    assert signature("QDG6eK", "1409659813", "1372623149", "abc") == (
        __import__("hashlib").sha1(b"13726231491409659813QDG6eKabc").hexdigest()
    )


def test_signatures_of_any_characters_are_compared() -> None:
    assert same("abc", "abc") and not same("abc", "签名") and not same("abc", "\ud800")


def request(now: float) -> Request:
    return Request("POST", b"", {}, {}, datetime.fromtimestamp(now, UTC))


@pytest.mark.parametrize("stamp", ["1790000000", "1790000000000"])
@pytest.mark.parametrize(("away", "fresh"), [(-301, False), (-300, True), (300, True), (301, False)])
def test_stamps_in_seconds_and_milliseconds(stamp: str, away: int, fresh: bool) -> None:
    if fresh:
        refuse_stale(stamp, request(1790000000 + away), 300)
    else:
        with pytest.raises(Refused):
            refuse_stale(stamp, request(1790000000 + away), 300)


@pytest.mark.parametrize(
    "stamp", ["", "-1790000000", "1.79e9", "１７９０００００００", "1790000000 ", "9" * 400, "0x1"]
)
def test_what_is_no_stamp_is_refused(stamp: str) -> None:
    with pytest.raises(Refused):
        refuse_stale(stamp, request(1790000000), 300)


@pytest.mark.parametrize(
    "body", [b"[]", b"1", b'"a"', b"{", b"\xff", b'{"a":1,"a":2}', b'{"a":NaN}', b'{"a":"\\ud800"}']
)
def test_what_is_no_json_object_is_refused(body: bytes) -> None:
    with pytest.raises(Refused):
        json_object(body)


def test_an_honest_document_is_read() -> None:
    root = xml_element(
        "<?xml version='1.0' encoding='utf-8'?><xml><A><![CDATA[<b>&]]></A><B>1 &lt; 2</B></xml>"
    )
    assert (root.findtext("A"), root.findtext("B")) == ("<b>&", "1 < 2")


# ---- parts --------------------------------------------------------------------------------------


@given(st.text(alphabet=st.sampled_from("字a，。 😀\n"), max_size=400), st.integers(4, 60))
def test_no_piece_is_too_long_and_nothing_but_white_space_is_lost(text: str, most: int) -> None:
    pieces = cut(text, most)
    assert all(len(piece.encode()) <= most for piece in pieces) or not text.strip()
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_pieces_end_at_line_ends() -> None:
    assert cut("第一行\n第二行\n第三行", 21) == ["第一行\n第二行", "第三行"]
    assert cut("一句话。另一句话", 18) == ["一句话。", "另一句话"]


def test_what_to_write_is_said_once() -> None:
    buttons = [Button("接单", "17号接单"), Button("销号", "17号同意销号")]
    assert in_words("请回复“17号接单”", buttons) == "请回复“17号接单”\n可以直接回复——\n销号：17号同意销号"
    assert in_words("收到", []) == "收到"


async def test_parts_go_on_where_they_stopped() -> None:
    out: list[str] = []

    async def post(place: int, part: str) -> str:
        if part == "c" and len(out) == 2:
            out.append("!")
            raise ChannelError("忙", permanent=False)
        out.append(part)
        return f"m{place}"

    message = Outgoing("u", "a", "", "")
    with pytest.raises(ChannelError) as error:
        await send_parts(message, ["a", "b", "c"], post)
    assert error.value.parts_sent == 2
    again = Outgoing("u", "a", "", "", parts_sent=2)
    assert (await send_parts(again, ["a", "b", "c"], post)).names == ("m2",)
    assert out == ["a", "b", "!", "c"]


# ---- tokens -------------------------------------------------------------------------------------


async def test_a_failed_fetch_is_told_to_all_who_wait_and_not_repeated_at_once() -> None:
    calls = 0

    async def fetch() -> tuple[str, float]:
        nonlocal calls
        calls += 1
        await asyncio.sleep(0.01)
        raise ChannelError("连不上", permanent=False, unknown=True)

    now = [0.0]
    token = Token(fetch, clock=lambda: now[0])
    found = await asyncio.gather(*(token.get() for _ in range(20)), return_exceptions=True)
    assert all(isinstance(one, ChannelError) and not one.unknown for one in found)
    with pytest.raises(ChannelError):
        await token.get()
    assert calls == 1
    now[0] = 6.0
    with pytest.raises(ChannelError):
        await token.get()
    assert calls == 2


async def test_a_token_is_fetched_anew_before_its_end_and_after_a_refusal() -> None:
    given_out = iter(["a", "b", "c"])

    async def fetch() -> tuple[str, float]:
        return next(given_out), 7200.0

    now = [0.0]
    token = Token(fetch, clock=lambda: now[0])
    assert [await token.get(), await token.get()] == ["a", "a"]
    now[0] = 6899.0
    assert await token.get() == "a"
    now[0] = 6901.0
    assert await token.get() == "b"
    token.refuse("a")  # late news of the old one
    assert await token.get() == "b"
    token.refuse("b")
    assert await token.get() == "c"


# ---- limits -------------------------------------------------------------------------------------

MINUTE = Limit("m", "这个群", 3, 60)
HOUR = Limit("h", "这个群", 5, 3600)
QUOTA = Limit("q", "钉钉", 2, MONTH)


def take(limits: Limits, *wanted: tuple[Limit, str]) -> Any:
    """None, or the error."""
    try:
        limits.take(*wanted)
    except ChannelError as error:
        return error
    return None


def test_never_more_than_the_limit_in_any_stretch() -> None:
    now = [1000.0]
    limits = Limits(lambda: now[0])
    taken = []
    for second in range(600):
        now[0] = 1000.0 + second
        if take(limits, (MINUTE, "a")) is None:
            taken.append(now[0])
    assert all(sum(1 for one in taken if start <= one < start + 60) <= 3 for start in taken)
    assert len(taken) == 30


def test_all_or_none_and_it_says_when_again() -> None:
    now = [1000.0]
    limits = Limits(lambda: now[0])
    for _ in range(3):
        assert take(limits, (MINUTE, "a"), (HOUR, "a")) is None
    error = take(limits, (HOUR, "a"), (MINUTE, "a"))
    assert error.ours and not error.permanent and error.again_in.total_seconds() == 60
    assert limits.used(HOUR, "a") == 3
    assert take(limits, (MINUTE, "b")) is None


def test_a_month_ends_with_the_month() -> None:
    start = datetime(2026, 11, 30, 15, 59, 59, tzinfo=UTC).timestamp()  # 23:59:59 in the city
    now = [start]
    limits = Limits(lambda: now[0])
    assert [take(limits, (QUOTA, "")), take(limits, (QUOTA, ""))] == [None, None]
    assert take(limits, (QUOTA, "")).permanent
    now[0] = start + 1
    assert take(limits, (QUOTA, "")) is None


def test_what_was_noted_counts_after_a_restart() -> None:
    now = [1_790_000_000.0]
    limits = Limits(lambda: now[0])
    for _ in range(3):
        limits.take((MINUTE, "a"))
    limits.take((QUOTA, ""))
    again = Limits(lambda: now[0] + 5)
    again.load(limits.unsaved())
    assert take(again, (MINUTE, "a")).ours
    assert again.used(QUOTA, "") == 1
    assert limits.unsaved() == []


def test_a_rest_that_the_platform_asks_for() -> None:
    now = [1000.0]
    limits = Limits(lambda: now[0])
    limits.rest(MINUTE, "a", 600)
    assert take(limits, (MINUTE, "a")).again_in.total_seconds() == 600
    now[0] = 1601.0
    assert take(limits, (MINUTE, "a")) is None


def test_a_clock_set_back_does_not_block_a_limit_for_days() -> None:
    now = [10_000_000.0]
    limits = Limits(lambda: now[0])
    for _ in range(3):
        limits.take((MINUTE, "a"))
    now[0] -= 3 * 86_400
    assert take(limits, (MINUTE, "a")) is None


# ---- trusted hosts, quotes ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://oapi.dingtalk.com/robot/sendBySession?session=x", True),
        ("https://OAPI.dingtalk.com/x", True),
        ("http://oapi.dingtalk.com/x", False),
        ("https://oapi.dingtalk.com:8443/x", False),
        ("https://oapi.dingtalk.com.evil.cn/x", False),
        ("https://evil.cn/oapi.dingtalk.com", False),
        ("https://oapi.dingtalk.com@evil.cn/", False),
        ("https://a.b.example.cn/x", True),
        ("https://example.cn/x", False),
        ("http://10.1.2.3:8080/pre/x", True),
        ("http://10.1.2.3:8081/pre/x", False),
        ("https://10.1.2.3:8080/x", False),
        ("//oapi.dingtalk.com/x", False),
        ("", False),
    ],
)
def test_only_trusted_hosts_are_asked(url: str, allowed: bool) -> None:
    assert Hosts(("oapi.dingtalk.com", ".example.cn"), ("http://10.1.2.3:8080/pre", "")).allow(url) is allowed


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("【催办】17号：供水管迁改", 17),
        ("17号、17号", 17),
        ("17号、18号", None),
        ("9月17号前办结", None),
        ("3号楼封顶", None),
        ("没有编号", None),
    ],
)
def test_a_quote_that_names_one_ticket_is_about_it(text: str, about: int | None) -> None:
    assert about_quote(text) == ({"ticket": about} if about else None)
