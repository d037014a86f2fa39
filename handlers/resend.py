"""12号消息改用飞书重发: the office sends once more what was not delivered, by another of the person's ways."""

import re
from datetime import UTC, datetime

from bot.routing import Refusal, Reply, Router, Turn
from bot.wording import CHANNEL
from bot.wording import channel as named
from storage import resending
from storage.resending import CantResend, PerhapsArrived

router = Router()

_CHANNELS = {name: channel for channel, name in CHANNEL.items()} | {"政务微信": "wecom", "浙政钉": "zwdd"}


@router.phrase(
    rf"(?P<number>\d{{1,9}})号消息[，,\s]*(?:(?:改用|换成?|用)(?P<way>{'|'.join(_CHANNELS)}))?"
    r"(?:重新?发|再发)(?:一[次遍])?(?P<sure>[，,\s]*可能重复也(?:要)?发)?[。！!]?"
)
def resend(match: re.Match[str], turn: Turn) -> Reply:
    """Send it again; who wanted that is kept with it."""
    if turn.sender.id not in {one.id for one in turn.directory.office_people(None)}:
        raise Refusal("重发消息由市重点办值守人员办理。")
    number = int(match["number"])
    try:
        again = resending.resend(
            turn.tx,
            turn.directory,
            number,
            by=turn.writer.signed,
            at=turn.now,
            real_now=datetime.now(UTC),
            channel=_CHANNELS[match["way"]] if match["way"] else None,
            even_if_arrived=match["sure"] is not None,
        )
    except PerhapsArrived as unknown:
        raise Refusal(f"{unknown}确实没收到，请回“{number}号消息重发，可能重复也发”。") from None
    except CantResend as refused:
        raise Refusal(str(refused)) from None
    return Reply(
        f"{number}号消息已改由{named(again.channel)}重发给{again.whom}，新的是{again.message_id}号。"
    )
