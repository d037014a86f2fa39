"""Calls a month, beside each platform's quota."""

from datetime import date
from typing import TYPE_CHECKING

import typer

from bot.calendar import add_months
from bot.config import Channels, Config
from bot.doctor.checkup import Checkup, enabled
from bot.wording import CHANNEL

if TYPE_CHECKING:
    from storage.directory import Directory

_NUDGES_A_WEEK = 1
_OFFICE_A_DAY = 10  # answers to the office, and what it is told
_TOKENS_A_MONTH = 12 * 31  # every two hours


def quotas(checkup: Checkup, settings: Config, directory: "Directory | None", today: date) -> None:
    names = [name for name in ("wecom", "dingtalk", "zwdd", "feishu") if name in enabled(settings.channels)]
    if not names:
        return
    checkup.title("每月大约要调用多少次")
    if directory is None:
        checkup.hint("没有人员和台账，估不出来")
        return
    for name in names:
        sum_of_it, total, peak = expected(settings, directory, name, today)
        typer.echo(f"　　　{CHANNEL[name]}：{sum_of_it}")
        _against(checkup, settings.channels, name, total, peak)


def expected(settings: Config, directory: "Directory", name: str, today: date) -> tuple[str, int, int]:
    """The sum in words, what it comes to a month, and on a workday."""
    from bot import holidays

    people = [one for one in directory.people.values() if name in one.accounts]
    assumed = ""
    if not people:
        people, assumed = list(directory.people.values()), "（还没人绑定，按所有人估）"
    liaisons = sum(1 for one in people if one.has("liaison"))
    contacts = [one for one in people if one.has("contact")]
    units = len({one.unit_id for one in contacts})
    office = sum(1 for one in people if one.has("office"))
    leaders = sum(1 for one in people if one.rank > 0)
    groups = sum(1 for one in directory.groups.values() if one.channel.startswith(name))
    calendar = holidays.load(settings.city.holidays)
    first = today.replace(day=1)
    days = sum(
        calendar.is_workday(date.fromordinal(one))
        for one in range(first.toordinal(), add_months(first, 1).toordinal())
    )
    per_day = liaisons + len(contacts) + office * _OFFICE_A_DAY + groups
    weekly = liaisons * _NUDGES_A_WEEK + leaders
    total = per_day * days + weekly * 4 + _TOKENS_A_MONTH
    words = (
        f"{assumed}（联络员{liaisons}×1答复 ＋ {units}个单位的联系人{len(contacts)}×1条清单"
        f" ＋ 重点办{office}×{_OFFICE_A_DAY} ＋ 群{groups}×1日报）×{days}个工作日"
        f" ＋（联络员{liaisons}×{_NUDGES_A_WEEK}催报 ＋ 领导{leaders}×1）×4周 ＋ 令牌等{_TOKENS_A_MONTH} ＝ {total}次"
    )
    return words, total, per_day


def _against(checkup: Checkup, channels: Channels, name: str, total: int, peak: int) -> None:
    fewer = "少建按人推送的群外提醒，或向平台购买更高的额度后改配置里的限额"
    if name == "dingtalk" and channels.dingtalk is not None:
        most = channels.dingtalk.per_month
        words = f"本月大约{total}次，配置的额度 per_month = {most}（标准版每月5000次）"
        if total > most:
            checkup.fault(f"{words}，不够用", f"钉钉后台买专业版或加量包，再改 per_month；{fewer}")
        elif total > most * 7 // 10:
            checkup.hint(f"{words}，不宽裕", fewer)
        else:
            checkup.good(words)
    elif name == "wecom" and channels.wecom is not None:
        most = channels.wecom.per_app_day
        words = f"每个工作日大约{peak}人次；平台限“账号上限×200人次/天”，配置 per_app_day = {most}"
        if peak > most:
            checkup.fault(f"{words}，不够用", fewer)
        else:
            checkup.good(words)
    elif name == "feishu":
        checkup.good(f"本月大约{total}次；发消息的接口按每秒50次、每分钟1000次限，不按月限")
    else:
        checkup.hint(f"本月大约{total}次；专有钉钉的额度没有公开的说明", "向平台运维方问清每日、每月的上限")
