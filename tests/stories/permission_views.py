"""What docs/permissions.md says of seeing, as scenes: what stands, what is asked, and what shows that it was seen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from tests.stories.desk import Desk
from tests.stories.permission_acts import (
    Prepare,
    bulletin_drafted,
    bulletin_signed,
    draft_waits,
    first_report,
    given,
    nothing,
    reported,
)


@dataclass(frozen=True, slots=True)
class View:
    """One line of the table: what is asked in the chat, or the address that is opened. `shows` are words that
    only this brings before the reader."""

    before: Prepare
    asks: str
    shows: str


def over_due(desk: Desk) -> None:
    """The unit has let its limit pass."""
    given(desk)
    desk.now += timedelta(days=9)


def ruicheng_reported(desk: Desk) -> None:
    """Another county, of which nobody of these is, has reported."""
    desk.says("liaison-28", "独立储能9月完成投资300万元，今年累计2000万元")
    assert len(desk.reports(28)) == 1


VIEWS: Mapping[str, View] = {
    "项目情况": View(first_report("liaison-21"), "342改线怎么样", "1800万元"),
    "问题": View(given, "1号办到哪一步了", "供水管迁改"),
    "时限依据": View(given, "1号为什么", "供水管迁改"),
    "承办单位的问题": View(given, "市水务局有哪些问题", "供水管迁改"),
    "超期清单": View(over_due, "哪些超期了", "供水管迁改"),
    "今日明细": View(given, "今日明细", "供水管迁改"),
    "未复工的项目": View(nothing, "闻喜县未复工的项目", "国道342"),
    "别县汇总": View(ruicheng_reported, "芮城县情况", "2000万元"),
    "没签发的排名": View(ruicheng_reported, "9月排名", "2000万元"),
    "工作台": View(reported, "工作台", "供水管"),
    "项目谁负责": View(first_report("liaison-21"), "342改线谁负责", "卢长青"),
    "责任链缺口": View(first_report("liaison-21"), "责任链缺口第3页", "国道342"),
    "一事一档": View(given, "1号档案", "马上发来"),
    "堵点报告": View(given, "1号报告", "马上发来"),
    "没签发的通报": View(bulletin_drafted, "9月通报", "低于序时"),
    "签发的通报": View(bulletin_signed, "通报", "低于序时"),
    "本县得分明细": View(bulletin_signed, "闻喜县为什么第1", "投资完成率"),
    "待发呈报": View(draft_waits, "待发呈报", "供水管迁改需您协调"),
    "网页：项目": View(first_report("liaison-21"), "/projects/21", "1800万元"),
    "网页：问题和经过": View(given, "/tickets/1", "供水管迁改"),
    "网页：一张图上的问题": View(given, "/board", "1号 国道342线"),
    "网页：一张图上的别县": View(ruicheng_reported, "/board?area=13", "独立储能"),
}


def not_understood(desk: Desk, account: str) -> bool:
    """Whether that person reads at the day's end what could not be understood."""
    desk.says("liaison-24", "那个3号楼的事情跟上回说的差不多吧")
    desk.close_of_day()
    return any("差不多吧" in line for line in desk.told(account, "not-understood"))
