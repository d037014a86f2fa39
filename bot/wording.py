"""How days, money, names and numbers are said to people. Pure."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache

from bot.acts import Category, Level, Money, Scope, Status
from bot.calendar import CITY, day_of

CATEGORY = {
    Category.APPROVAL: "审批",
    Category.PLANNING: "规划",
    Category.LAND: "用地",
    Category.ENVIRONMENT: "环评",
    Category.ENERGY: "能评用能",
    Category.DEMOLITION: "征拆",
    Category.OBSTRUCTION: "阻工",
    Category.FUNDING: "资金",
    Category.UTILITIES: "水电路气配套",
    Category.WORKFORCE: "用工",
    Category.SUPPLY: "材料设备",
    Category.ACCEPTANCE: "验收",
    Category.STATISTICS: "入库纳统",
    Category.OTHER: "其他",
}
STATUS = {
    Status.STARTED: "开工",
    Status.RESUMED: "复工",
    Status.SUSPENDED: "停工",
    Status.COMPLETED: "竣工",
    Status.IN_PRODUCTION: "投产",
    Status.AT_CAPACITY: "达产达效",
    Status.REGISTERED: "入库入统",
}
SCOPE = {
    Scope.DAY: "当日",
    Scope.WEEK: "本周",
    Scope.TENDAY: "本旬",
    Scope.MONTH: "本月",
    Scope.QUARTER: "本季度",
    Scope.YEAR: "今年累计",
    Scope.TOTAL: "开工以来累计",
}
CHANNEL = {
    "wecom": "企业微信",
    "wecom_bot": "企业微信智能机器人",
    "wecom_robot": "企业微信群机器人",
    "dingtalk": "钉钉",
    "dingtalk_robot": "钉钉群机器人",
    "zwdd": "专有钉钉",
    "feishu": "飞书",
    "feishu_robot": "飞书群机器人",
    "console": "聊天台",
    "page": "网页",
}
LEVEL = {Level.COUNTY: "县里", Level.CITY: "市里", Level.PROVINCE: "省里"}
UNIT_STATE = {"told": "已告知", "arranged": "已安排", "done": "已办好"}  # of an assisting unit, by itself
TIER = {"province": "省重点", "city": "市重点", "county": "县重点"}
BUILD_KIND = {"preliminary": "前期", "new": "新建", "continuing": "续建"}
FIELD = {"industry": "产业类", "infrastructure": "基础设施类", "livelihood": "社会民生类"}
_WEEKDAYS = "一二三四五六日"


def channel(name: str) -> str:
    """What a way to people is called: 企业微信."""
    return CHANNEL.get(name, name)


def number(value: float, digits: int = 2) -> str:
    """At most so many decimals, no zeros at the end: 2.1, 86, 0.05."""
    return f"{value:.{digits}f}".rstrip("0").rstrip(".") if digits else f"{value:.0f}"


def money(yuan: int) -> str:
    """1800万元, 2.1亿元; below a 万元 in 元."""
    if abs(yuan) >= 100_000_000:
        return f"{number(yuan / 100_000_000, 4)}亿元"
    if abs(yuan) >= 10_000 or yuan == 0:
        return f"{number(yuan / 10_000)}万元"
    return f"{yuan}元"


def yuan(item: Money) -> int:
    """A sum of 万元 in 元, rounded."""
    return round(item.wan * 10_000)


def day(value: date, today: date) -> str:
    """20日 in this month, 10月3日 in this year, else with the year."""
    if (value.year, value.month) == (today.year, today.month):
        return f"{value.day}日"
    return date_words(value, today)


def date_words(value: date, today: date) -> str:
    """9月30日; with the year if it is another."""
    words = f"{value.month}月{value.day}日"
    return words if value.year == today.year else f"{value.year}年{words}"


def last_day(due: datetime) -> date:
    """The last day inside a limit that ends at 24:00 (the first instant outside)."""
    return day_of(due - timedelta(microseconds=1))


def due_words(due: datetime, today: date) -> str:
    """The limit as people say it: 20日24时; an hour inside a day as 20日17:30."""
    local = due.astimezone(CITY)
    if local.hour == local.minute == 0:
        return f"{day(last_day(due), today)}24时"
    return f"{day(local.date(), today)}{local:%H:%M}"


def moment(value: datetime) -> str:
    """9月24日 09:30."""
    local = value.astimezone(CITY)
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def weekday(value: date) -> str:
    """周一 … 周日."""
    return week_day(value.isoweekday())


def week_day(number: int) -> str:
    """周一 of 1 … 周日 of 7."""
    return f"周{_WEEKDAYS[number - 1]}"


def numbers(values: Iterable[int]) -> str:
    """17号、21号."""
    return "、".join(f"{value}号" for value in values)


_COMPANY = re.compile(r"^(.{2,24}?)(?:有限责任|集团有限|股份有限|（集团）有限|有限)公司(?=.{4,})")
_REGION = re.compile(r"^(?:山西|运城市?|.{1,2}[县市区](?=.{3}))")
_TRADE = re.compile(r"(?:（集团）|集团|科技|新材料|材料|光电|汽车部件|钢铁|能源|实业|建设|发展)+$")
_ZONE = re.compile(r"^.{2}经济(?:技术)?开发区(?=.{4,})")
_LEAD = re.compile(r"^(?:新建|年产|高质量发展|绿色低碳|[\d.]+(?:万吨|万千瓦|MWh|MW)?/?年?)+")
_TAIL = re.compile(r"(?:建设)?(?:示范)?(?:项目|工程)+$")
_ASIDE = re.compile(r"（[^）]*）|\([^)]*\)")
_SHORT = 16


def short_name(name: str, nicknames: Iterable[str] = ()) -> str:
    """What a project is called in a chat: its nickname, else its name without asides and tail, and of a
    company in front only what it is known by (山西诺维兰（集团）有限公司汽车科技用品制造项目 → 诺维兰汽车科技用品制造).
    """
    for nickname in nicknames:
        return nickname
    return _own_name(name)


@lru_cache(maxsize=4096)
def _own_name(name: str) -> str:
    brand, rest = "", name.replace(" ", "")
    if company := _COMPANY.match(rest):
        brand = _TRADE.sub("", _REGION.sub("", company[1])) or company[1]
        rest = rest[company.end() :]
    rest = _ASIDE.sub("", rest)
    if "-" in rest and len(rest.split("-", 1)[0]) >= 6:
        rest = rest.split("-", 1)[0]
    rest = _LEAD.sub("", _ZONE.sub("", _TAIL.sub("", rest))) or rest
    if len(brand + rest) > _SHORT and "及" in rest:
        first, _, last = rest.partition("及")
        rest = last if brand else first
    short = brand + rest
    return short if len(short) <= _SHORT else short[: _SHORT - 1] + "…"
