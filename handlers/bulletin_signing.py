"""From the draft to the signature: counties' comments, number, signer and day (A2, feature 75).

通报征求意见         counties read their own figures and may object until the regime's day
通报第9期签发，签发人王主任，9月30日
"""

import re
from datetime import date

from bot.bulletins import waiting_words
from bot.mechanism.bulletin import comments_until
from bot.mechanism.contest import investment
from bot.mechanism.snapshot import Snapshot
from bot.routing import Refusal, Reply, Router, Turn
from bot.wording import date_words, due_words
from handlers.bulletin_parts import (
    DAY,
    MONTH,
    day_of_year,
    doing,
    must_be_open,
    must_make,
    must_rule,
    order,
)
from storage import assessed, bulletins, outbox
from storage.bulletins import Bulletin

router = Router()

_MOST = 8


@router.phrase(r"(?:" + MONTH + r")?通报(?:草稿)?(?:发(?:给)?各县)?征求(?:各县)?意见[。]?")
def ask_comments(match: re.Match[str], turn: Turn) -> Reply | None:
    """通报征求意见: every county's office reads its own figures, and until when it may object."""
    must_make(turn)
    one = must_be_open(turn, match)
    until = comments_until(turn.rules.regime, turn.rules.calendar, turn.now)
    bulletins.ask_comments(turn.tx, one, until, doing(turn))
    asked = []
    for area in turn.directory.areas:
        readers = turn.directory.office_people(area.id)
        own = [project for project in one.snapshot.projects if project.area == area.name]
        if not readers or not own:
            continue
        asked.append(area.name)
        figures = _own_figures(one.snapshot, area.name)
        outbox.add_in_hours(
            turn.tx,
            [
                outbox.Notice(
                    key=f"bulletin:{one.id}:comments:{int(until.timestamp())}:{one.made_at.timestamp():.0f}:{reader.id}",
                    kind="bulletin-comments",
                    urgency="event",
                    person_id=reader.id,
                    heading=f"{one.month}月通报征求意见",
                    line=f"{area.name}：{figures}",
                    answer=f"没有意见回“对通报无异议”；有意见{due_words(until, turn.today)}前回“对通报有异议：…”。",
                    why="您是县（市、区）重点办值守人员，通报前请核对本县的数",
                )
                for reader in readers
            ],
            turn.now,
            turn.directory,
            turn.rules,
        )
    return Reply(
        f"{one.month}月通报已发{len(asked)}个县（市、区）征求意见，各县只看到自己的数；{due_words(until, turn.today)}截止。"
        "有异议的您会收到，回“异议1采纳：…”或“异议1不采纳：…”。"
    )


@router.phrase(
    r"(?:请)?(?:把)?(?:" + MONTH + r")?通报(?:第(?P<number>\d{1,3})期)?签发"
    r"[，,：:\s]*(?:由)?签发人[：:是为\s]*(?P<signer>[\u4e00-\u9fff·]{2,12}?)"
    r"(?:[，,\s]+(?:日期)?(?:" + DAY.format("on_") + r"))?[。]?"
)
def sign(match: re.Match[str], turn: Turn) -> Reply | None:
    """通报第9期签发，签发人王主任，9月30日: number, signer, day; then it goes to groups and leaders."""
    must_make(turn)
    rule = must_rule(turn)
    one = must_be_open(turn, match)
    _must_be_settled(one, turn)
    number = int(match["number"]) if match["number"] else bulletins.next_number(turn.tx, one.year)
    same = bulletins.numbered(turn.tx, one.year, number)
    if same is not None:
        raise Refusal(
            f"{one.year}年第{number}期已经有了，是{same.month}月的。下一期是第{bulletins.next_number(turn.tx, one.year)}期。"
        )
    day = _day_said(match, turn)
    changes = assessed.changed_since(turn.tx, one.snapshot)
    bulletins.sign(
        turn.tx, one, number=number, signer=match["signer"], day=day, changes=changes, doing=doing(turn)
    )
    order(turn, one, f"通报第{number}期的文件做好了，已附上。", send=True)
    to = [words for yes, words in ((rule.to_groups, "各群"), (rule.to_leaders, "市领导")) if yes]
    goes = f"文件做好后发{'和'.join(to)}，" if to else "文件做好后"
    return Reply(
        f"{one.month}月通报已签发：第{number}期，签发人{match['signer']}，{date_words(day, turn.today)}。{goes}也发给您。"
        + (f"数据截止后核增核减{len(changes)}项，已列附表。" if changes else "")
    )


def _must_be_settled(one: Bulletin, turn: Turn) -> None:
    """Whether the comments are over: asked for, the time is up or every county has agreed, all answered."""
    rule = must_rule(turn)
    if not rule.objection_workdays:
        return
    if one.objections_until is None:
        raise Refusal("还没有征求各县意见。请先写“通报征求意见”，到期或各县都回“无异议”后再签发。")
    said = bulletins.objections(turn.tx, one)
    waiting = waiting_words(said)
    if waiting:
        raise Refusal(f"异议{waiting}还没有答复，请先回“异议{waiting.split('、')[0]}采纳：…”或“不采纳：…”。")
    asked = {
        area.id for area in turn.directory.areas if any(p.area == area.name for p in one.snapshot.projects)
    }
    agreed = {item.area_id for item in said}
    if turn.now < one.objections_until and not asked <= agreed:
        left = [area.name for area in turn.directory.areas if area.id in asked - agreed]
        names = "、".join(left[:5]) + (f"等{len(left)}个县" if len(left) > 5 else "")
        raise Refusal(
            f"征求意见到{due_words(one.objections_until, turn.today)}，{names}还没有回。都回了“无异议”可提前签发。"
        )


def _own_figures(snapshot: Snapshot, area: str) -> str:
    own = [one for one in snapshot.projects if one.area == area]
    figure = investment(own)
    items = "；".join(item.words for item in figure.items[:_MOST])
    more = f"；等{len(figure.items)}个" if len(figure.items) > _MOST else ""
    reported = sum(one.reported for one in own)
    return (
        f"项目{len(own)}个，本月报送{reported}个；今年完成投资：{items}{more}。"
        if items
        else f"项目{len(own)}个。"
    )


def _day_said(match: re.Match[str], turn: Turn) -> date:
    if not match["on_day"]:
        return turn.today
    day = day_of_year(turn.today.year, int(match["on_month"] or turn.today.month), int(match["on_day"]))
    if day > turn.today:
        raise Refusal(f"{date_words(day, turn.today)}还没有到，签发日期不能在今天之后。")
    return day
