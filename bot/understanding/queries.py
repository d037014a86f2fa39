"""Questions: about a project, a ticket, what is overdue, rankings, bulletins; and how to use the bot."""

import re

from bot.acts import About, Act, Ask, Period, Query
from bot.people import Role

from .lexicon import matcher
from .numbers import whole
from .reading import Reading, Which, blanked
from .targets import target_of
from .tickets import which_tickets
from .trace import Rule

_ASKING = matcher("answers", "queries", "asking")
_MATCH = {
    name: matcher("answers", "queries", name)
    for name in (
        "help", "my_projects", "my_tickets", "overdue", "due_soon", "ranking", "summary", "bulletin", "project",
        "ticket", "open_ones",
    )
}  # fmt: skip
_SOME = re.compile("[这那好]几(?:个|件|条|家)|没有?(?:什么|啥|哪)")
_LOOKED_INTO = re.compile(
    "(?:检|排|审|核|调|巡|勘|普|督|抽)查|查[清明实][楚了]?|(?:正在?|已经?|去|来|现场|实地|派人|到场)[^,。;!?]{0,6}查[看勘验处明清找漏]?"
)
_HOW = re.compile(
    "(?:怎么|咋|如何|怎样)(?:才能|能|去|来|样)?(?:申请|提|办理|操作|写|填|报)?(?:销号|延期|退回|退单|撤回|撤销|接单|签收|反馈|更正|绑定|挂牌|催办|交办|派单|转办|提级|定级)(?!了|的)"
    "|(?:销号|延期|退回|退单|挂牌|接单|绑定|更正)(?:申请)?(?:的话)?(?:都|还)?(?:需要?|要|得|用)[^,。;]{0,6}(?:什么|啥|哪些)"
)
_REPROACH = re.compile(
    "(?:怎么|咋|为什么|为啥|怎)(?:到现在|这么久|都|就|老是?|一直)*(?:还|仍|又)(?:没|不|未|在拖|拖)|(?:怎么|咋|为什么|为啥)(?:能|会|要|一直|老)?拖"
)
_PRESSED = re.compile("(?:^|[,。;!? ])(?:你们?|再|帮我?|给我|请|要)*(?:催(?:一?催|一?下|办)|抓紧|盯紧)")
_THIS_ONE = re.compile("[这那该]个?项目")
_URGED = re.compile("催(?:[一办促催下次问报]|$)(?![^,。;]{0,3}(?:了没|了吗|没有|过吗))")
_LISTING = re.compile("(?:清单|名单|明细|列表|台账|汇总)[。!]*$")
_REALLY_ASKS = re.compile("[?吗怎咋哪谁啥]|什么|多少|有没有|到哪|几[时天]")
_PRESSES = re.compile("催|盯|抓紧|加快|赶紧|赶快|提醒|督促|过问|尽快|快点")
_PERIODS = (
    (Period.LAST_MONTH, re.compile("上个?月|上月份")),
    (Period.LAST_WEEK, re.compile("上个?(?:周|星期|礼拜)")),
    (Period.TODAY, re.compile("今天|今日|今儿|当天|当日")),
    (Period.WEEK, re.compile("本周|这个?(?:周|星期|礼拜)|一周|周内")),
    (Period.MONTH, re.compile("本月|这个?月|当月|月内")),
    (Period.QUARTER, re.compile("季度?(?!节)")),
    (Period.YEAR, re.compile("今年|本年|全年|年度|年内|当年|年底|年初")),
)
_MONTH = re.compile(
    "(?:(?P<year>[今去前])年的?|(?<![0-9年至到~-]))(?P<month>[0-9]{1,2}|[一二三四五六七八九十]{1,2})月份?(?![0-9]{1,2}[日号])"
)
_OTHER_SPAN = re.compile("[本这上]个?[月周]|季度|今年|本年|今天")
_STATED = re.compile(
    "(?:去|到|上)(?:一趟)?(?:现场|工地)(?:再|去|先|实地)*(?:看看|看一看|看一?下|了解一?下)|[在正还让着等][^,。;!?怎咋什啥哪多谁几]{0,12}呢|有(?:什么|啥|哪些)(?:困难|问题|情况)[^?]{0,4}(?:向|找|跟|报|说|提|反映)|(?:不管|不论|无论)[^,。;]{0,8}(?:什么|怎么|哪|谁|多)"
)
_DONE_YET = re.compile("(?<![还也都暂尚时并])没有?[?。! ]*$")
TO_PERSON = re.compile(
    "^(?:@?[一-鿿]{1,3}(?:工|科长|主任|局长|处长|总|老师|师傅|经理|哥|姐|部长|秘书长|所长)[,: !])"
)
_THINGS = matcher("answers", "queries", "things")
_SHORT = 40  # characters of a message that is but a name and 情况
_NOTHING_ELSE = re.compile(
    "^(?:(?:看|查|问|说)(?:一?下)?)?(?:某+号?|[^,。;]{0,3}[0-9]{1,6}号)(?:的|(?:最新|目前|现在|近期)的?|项目|工程|工单|问题){0,3}"
    "(?:情况|进展|进度|详情|状态)[。!]*$"
    "|^(?:我们?|本人|我局|我单位|我方)(?:的|名下的?|手[上里]的?|负责的)(?:项目|事项|工单|问题|待办|任务|办件|堵点)[。!]*$"
)
_ASKED_OF = re.compile("(?:问|查|看|了解|打听)(?:一?下|看|一问|一看)?(?:某|[0-9号])+(?:项目|工程)?[。!?]*$")
_UNTIL_WHEN = re.compile("报到?了?(?:几|哪)")
_FIGURES = re.compile("(?:投资|开工|复工|竣工|投产|进度|进展)[^,。;]{0,6}(?:多少|几|怎么样|咋样|如何|怎样)")
_TICKETS = re.compile("工单|问题|堵点|事项|那个事|这件事|那件")
_ONE_OF_COUNTY = re.compile("那个|这个|那块|这块")
_MINE = re.compile("我们?(?:局|单位|委|县|公司|支队|中心|办|区|市(?!里))|本(?:局|单位)|我这儿?|我们")
_CHAT = matcher("polite", "small_talk")
_WISHED = re.compile("什么时[候间]|啥时|何时|多久|到哪|几时|哪天|几号能|多长时间")


def queries(reading: Reading) -> tuple[list[Act], Ask | None]:
    """The question as an act; nothing where nothing is asked that concerns projects, tickets or the bot."""
    acts, ask = _queries(reading)
    if reading.trace is not None:
        for act in acts:
            _note(reading, act)
    return acts, ask


def _note(reading: Reading, act: Act) -> None:
    assert isinstance(act, Query)
    text = reading.text
    lists = ["summary", "open_ones"] if act.about is About.SUMMARY else [act.about.value]
    word = next((found for name in lists if (found := _MATCH[name].search(text))), None)
    if word is None and act.about is About.HELP:
        word = _HOW.search(text) or _THINGS.search(text)
    reading.note(None, word, _ASKING.search(text), act=act)
    if act.period is not None:
        said = next((found for period, words in _PERIODS if (found := words.search(text))), None)
        reading.note(Rule.PERIOD, said or _MONTH.search(text), act=act)


def _queries(reading: Reading) -> tuple[list[Act], Ask | None]:
    text = reading.text
    plain = _STATED.sub("", _SOME.sub("", text))
    asking = (
        _ASKING.search(_LOOKED_INTO.sub("", plain) if "查" in plain else plain) is not None
        or (_DONE_YET.search(text) is not None)
        or (len(text) <= _SHORT and _NOTHING_ELSE.match(blanked(reading, 0, len(text))) is not None)
    )
    if TO_PERSON.match(text):
        return [], None
    if asks_help(reading):
        return [Query(About.HELP)], None
    period = period_of(reading)
    unit = _unit(reading)
    named = _names(reading)
    for name in ("overdue", "due_soon"):
        if (
            _MATCH[name].search(text)
            and not reading.refs
            and (
                asking
                or _LISTING.search(text)
                or (len(text) <= 12 and reading.sender.role is not Role.LIAISON and not presses(reading))
            )
        ):
            if name == "overdue" and _MATCH["due_soon"].search(text) and re.search("快|即将|要超|将", text):
                continue
            return [Query(About(name), area=_area(reading), unit=unit, period=period)], None
    for name in ("ranking", "bulletin"):
        if _MATCH[name].search(text) and (asking or len(text) <= 16):
            return [
                Query(About(name), area=None if name == "ranking" else _area(reading), period=period)
            ], None
    if asking and _MATCH["my_projects"].search(text):
        return [Query(About.MY_PROJECTS, period=period)], None
    others = (unit and unit != reading.sender.unit) or (
        reading.area and reading.sender.role is not Role.CONTACT
    )
    if asking and _MATCH["my_tickets"].search(text) and not reading.refs and not named and not others:
        return [Query(About.MY_TICKETS, period=period)], None
    if _MATCH["summary"].search(text) and not named and not reading.refs and (asking or len(text) <= 16):
        return [Query(About.SUMMARY, area=_area(reading), unit=unit, period=period)], None
    if not asking:
        return [], None
    if reading.refs:
        tickets = which_tickets(reading, 0, len(text)).numbers
        return [Query(About.TICKET, ticket=number) for number in tickets], None
    if (
        unit
        and not named
        and (
            _MATCH["open_ones"].search(text)
            or (reading.sender.role in (Role.OFFICE, Role.LEADER) and _MATCH["project"].search(text))
        )
    ):
        return [Query(About.SUMMARY, unit=unit, period=period)], None
    area = _area(reading)
    county = area is not None and not _ONE_OF_COUNTY.search(text)
    if (
        county
        and not _by_name(reading)
        and (
            _MATCH["open_ones"].search(text)
            or re.search("项目|情况|进展|怎么样|咋样|工程|堵点|问题|推进|投资|完成", text)
        )
    ):
        return [Query(About.SUMMARY, area=area, period=period)], None
    if named or reading.unknown_name:
        return _about_named(reading, period)
    return _about_tickets_or_own(reading, period)


def _about_named(reading: Reading, period: Period | None) -> tuple[list[Act], Ask | None]:
    if _CHAT.search(reading.text):
        return [], None
    target = target_of(reading, 0, len(reading.text))
    if target.tickets:
        return [Query(About.TICKET, ticket=number) for number in target.tickets], None
    whole = blanked(reading, 0, len(reading.text))
    told = (
        _by_name(reading)
        or _MATCH["project"].search(reading.text)
        or _MATCH["ticket"].search(reading.text)
        or _ASKED_OF.search(whole)
        or _UNTIL_WHEN.search(whole)
    )
    if not told:
        return ([Query(About.HELP)], None) if _THINGS.search(reading.text) else ([], None)
    if target.ask is not None and target.ask.about == "ticket":
        return [Query(About.TICKET)], target.ask
    mentions = reading.named
    acts: list[Act] = []
    ask = None
    for numbers in dict.fromkeys(reading.own(mention.numbers) for mention in mentions):
        which = Which.of(numbers)
        acts.append(Query(About.PROJECT, project=which.number, period=period))
        ask = ask or which.ask
    if not mentions:
        return [Query(About.PROJECT, period=period)], target.ask
    return acts, ask


def _about_tickets_or_own(reading: Reading, period: Period | None) -> tuple[list[Act], Ask | None]:
    text = reading.text
    if _CHAT.search(text):
        return [], None
    about_ticket = _MATCH["ticket"].search(text) is not None
    if reading.tickets:
        which = which_tickets(reading, 0, len(text))
        if about_ticket is False and which.described and len(which.numbers) == 1:
            return [Query(About.TICKET, ticket=which.numbers[0])], None
        if about_ticket and (which.described or _TICKETS.search(text) or len(reading.tickets) == 1):
            if which.numbers:
                return [Query(About.TICKET, ticket=number) for number in which.numbers], None
            return [Query(About.TICKET)], which.ask
    if (
        (reading.sender.projects or _THIS_ONE.search(text))
        and _MATCH["project"].search(text)
        and _THINGS.search(text)
    ):
        which_one = Which.of(reading.sender.projects)
        return [Query(About.PROJECT, project=which_one.number, period=period)], which_one.ask
    if reading.sender.role in (Role.OFFICE, Role.LEADER) and _FIGURES.search(text):
        return [Query(About.SUMMARY, period=period)], None
    if _THINGS.search(text) and re.search("[?]|吗|怎么|咋|什么|哪|多少|谁|几", text):
        return [Query(About.HELP)], None
    return [], None


def asks_help(reading: Reading) -> bool:
    """怎么申请销号: how something is done with the bot."""
    if reading.refs or _names(reading):
        return _HOW.search(reading.text) is not None
    return _MATCH["help"].search(reading.text) is not None or _HOW.search(reading.text) is not None


def reproaches(reading: Reading) -> bool:
    """怎么还没办: a question in form, said to press."""
    return _REPROACH.search(reading.text) is not None


def pressed_on(reading: Reading) -> bool:
    """Whether 催一下 or 抓紧 is said outright."""
    text = reading.text
    return bool(_PRESSED.search(text) or _URGED.search(text)) or (
        "催" in text and _REALLY_ASKS.search(text) is None
    )


def presses(reading: Reading) -> bool:
    """Whether somebody is told to hurry, rather than a delay complained of: 催, 盯紧; not 迟迟没放."""
    return _PRESSES.search(reading.text) is not None


def asks_when(reading: Reading) -> bool:
    """什么时候能下来: a question, though a trouble is named."""
    return _WISHED.search(reading.text) is not None


def _names(reading: Reading) -> bool:
    return any(mention.sure for mention in reading.projects)


def _by_name(reading: Reading) -> bool:
    """Whether a project is named by more than its county."""
    return any(mention.sure and not mention.by_place for mention in reading.projects)


def _area(reading: Reading) -> str | None:
    return None if _by_name(reading) else reading.area


def _unit(reading: Reading) -> str | None:
    """The unit asked about; 我们局 is the sender's."""
    for unit in reading.units:
        if unit.name and not unit.bare and not unit.place:
            return unit.name
    if _MINE.search(reading.text) and _MATCH["overdue"].search(reading.text):
        return reading.sender.unit or None
    return None


def period_of(reading: Reading) -> Period | None:
    """The span of time asked about; a month by its name only if it is this one or the last."""
    month = _MONTH.search(reading.text)
    if month:
        said, today = whole(month["month"]), reading.today
        year = {"去": today.year - 1, "前": today.year - 2}.get(month["year"] or "", today.year)
        back = (today.year - year) * 12 + today.month - (said or 0)
        if month["year"] is None and back < 0:
            back += 12
        named = {0: Period.MONTH, 1: Period.LAST_MONTH}.get(back)
        if named or not _OTHER_SPAN.search(reading.text):
            return named
    for period, words in _PERIODS:
        if words.search(reading.text):
            return period
    return None
