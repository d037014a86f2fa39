"""入库入统 and the same-year award in chat (P8, P12).

未入统的项目          G108暂不具备入统条件，原因…          诺维兰已入规          奖励名单
"""

import re
from datetime import date

from bot.mechanism.events import Event
from bot.mechanism.registration import award, registering
from bot.routing import Refusal, Reply, Router, Turn
from bot.wording import date_words
from handlers import rights
from handlers.asked_days import DAY, day_named
from handlers.not_in_regime import not_in_regime
from handlers.paging import page
from handlers.rates import asked_for
from handlers.said_otherwise import asks, denied
from handlers.stalled import project_named
from storage import events
from storage.events import Planned

router = Router()


@router.phrase(
    r"(?:看看?|查|有?哪些|还有){0,4}(?P<where>[\u4e00-\u9fff（）、()]{0,12}?)(?:有?哪些|哪几个)?(?:项目)?(?:还)?(?:(?:未|没有?|应入未)入(?:库入统|库纳统|统|库)|未纳统)的?"
    r"(?:项目)?(?:还?有)?(?:哪些|哪几个|多少|清单)?(?:[，,\s]*第(?P<page>\d{1,3})页)?[。？?]?"
    r"|(?P<of>[\u4e00-\u9fff]{0,8}?)(?:入库入统|入库纳统|入统)(?:率|情况)(?:怎么样|如何)?[。？?]?"
)
def list_missing(match: re.Match[str], turn: Turn) -> Reply | None:
    """Started this year, fit for it, and not yet entered. A bare 还没入统 is somebody's report."""
    rule = turn.rules.regime.registration
    if not re.search(r"哪|多少|清单|页|率|情况|入[库统]\w{0,2}的?项目|未.{0,6}的$|应入未入", turn.text):
        return None
    asked = asked_for(match["where"] or match["of"] or "", turn.today, turn)
    if asked is None:
        return None
    if rule is None:
        return not_in_regime("入库入统")
    if turn.chat.group:
        return Reply("请私聊我问，群里不点名。")
    found = registering(asked.events, rule)
    whole = len(found.entered) + len(found.missing)
    head = f"{asked.words}今年开工、应入库入统的{whole}个，已入{len(found.entered)}个，未入{len(found.missing)}个"
    unfit = f"；另有{len(found.unfit)}个暂不具备条件" if found.unfit else ""
    lines = [
        f"{one.area or '市直'}　{one.name}（{date_words(one.started_on, turn.today)}开工）"
        for one in found.missing
        if one.started_on is not None
    ]
    if not lines:
        return Reply(f"{head}{unfit}。")
    return Reply(page(f"{head}{unfit}：", lines, int(match["page"] or 1), "未入统的项目", "个"))


@router.phrase(
    r"(?P<what>[^，,：:\n]{2,40}?)(?:项目)?(?:暂|还|目前|暂时)*(?:不符合|不具备|不够|没有)(?:入库入统|入库纳统|入库|入统|纳统)(?:的)?(?:条件|标准)?"
    r"(?:[，,。；;：:\s]*(?:原因|理由)?[：:]?\s*(?P<why>.*))?"
)
def not_fit(match: re.Match[str], turn: Turn) -> Reply | None:
    """G108暂不具备入统条件，原因…: the office says so, and it is not chased any more."""
    project = project_named(match["what"], turn)
    if project is None or turn.rules.regime.registration is None or asks(turn.text):
        return None
    if not rights.is_office_for(turn.directory, turn.sender, project):
        raise Refusal(f"{project.short}是否具备入统条件，由重点办会同统计部门认定。请写明情况告诉重点办。")
    why = (match["why"] or "").strip()
    if not why:
        raise Refusal(f"请写明原因：“{project.short}暂不具备入统条件，原因：法人还没有注册”。")
    _note(project.id, Event.NOT_FIT, turn.today, turn)
    return Reply(
        f"{project.short}记为暂不具备入统条件（{why[:40]}），不再催。具备了报“{project.short}已入统”。"
    )


@router.phrase(
    rf"(?P<what>[^，,：:\n]{{2,40}}?)(?:项目|企业)?(?P<day>{DAY})?(?:已经|已)?(?:入规|升规|(?:进入|纳入|成为)规上(?:企业)?)了?[。]?"
)
def above_scale(match: re.Match[str], turn: Turn) -> Reply | None:
    """诺维兰已入规: its enterprise is among those above the designated size."""
    project = None if denied(match["what"]) else project_named(match["what"], turn)
    if project is None:
        return None
    rights.must_report_on(turn, project.number)
    day = day_named(match["day"], turn.today, turn.directory.year) if match["day"] else turn.today
    if day is None or day > turn.today:
        raise Refusal(f"入规的日子“{match['day']}”还没到，没有记。")
    _note(project.id, Event.ABOVE_SCALE, day, turn)
    rule = turn.rules.regime.award
    one = events.events_as_of(turn.tx, turn.today, year=turn.directory.year).get(project.id)
    lacks = award(one, rule) if rule is not None and one is not None else None
    more = ""
    if rule is not None and lacks is not None:
        more = (
            f"当年开工、竣工投产、入规都齐了，列入{rule.prize_wan}万元奖励名单。"
            if not lacks
            else f"当年开工投产奖励还缺：{'、'.join(lacks)}。"
        )
    return Reply(f"记下了：{project.short}{date_words(day, turn.today)}入规。{more}")


def _note(project_id: int, event: Event, day: date, turn: Turn) -> None:
    events.note_event(
        turn.tx,
        Planned(project_id, event, False, day),
        by=turn.writer.id,
        on_behalf=turn.on_behalf,
        words=turn.text,
        moment=turn.now,
        inbox_id=turn.inbox_id,
    )


@router.phrase(
    r"(?:看看?|查){0,4}(?:当年开工(?:、|当年)?(?:竣工)?投产|同年开工投产|开工投产|50万元?)?(?:的)?奖励(?:名单|项目|清单|情况)(?:有哪些)?[。？?]?"
)
def award_list(match: re.Match[str], turn: Turn) -> Reply | None:
    """奖励名单: who has all, and who lacks what."""
    rule = turn.rules.regime.award
    if rule is None:
        return not_in_regime("当年开工投产奖励")
    if turn.chat.group:
        return Reply("请私聊我问，群里不点名。")
    asked = asked_for("", turn.today, turn)
    running = [
        (one, lacks) for one in (asked.events if asked else ()) if (lacks := award(one, rule)) is not None
    ]
    if not running:
        return Reply("今年还没有当年开工、当年竣工投产的产业项目。入规了请写“某项目已入规”。")
    done = [one.name for one, lacks in running if not lacks]
    near = [f"{one.name}（缺{'、'.join(lacks)}）" for one, lacks in running if lacks]
    lines = [
        f"当年开工、竣工投产并入规，可报{rule.prize_wan}万元奖励的{len(done)}个：{'、'.join(done) or '无'}。"
    ]
    if near:
        lines.append(f"还缺的{len(near)}个：{'；'.join(near)}。")
    return Reply("\n".join(lines))
