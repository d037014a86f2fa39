"""`xiaohao groups list|add|remove`: groups that get the summary; those known only by a webhook are entered here."""

import getpass
from dataclasses import replace
from datetime import datetime, time
from typing import TYPE_CHECKING, Annotated

import typer

from bot.calendar import CITY
from bot.channel import WEBHOOK
from bot.command_help import Commands
from bot.command_parts import ConfigFile, load_config, open_database, stop
from bot.wording import CHANNEL
from bot.wording import channel as named

if TYPE_CHECKING:
    from bot.config import Channels, Config
    from storage.database import Tx
    from storage.directory import Directory, Group
    from storage.ticket_rows import StepNote

commands = Commands("收日报的群：列出、登记、去掉")

_NO_GROUPS = ("zwdd",)  # channels that can't write to a group at all


@commands.command("list")
def list_groups(config: ConfigFile = None) -> None:
    """列出收日报的群。"""
    settings = load_config(config)
    db = open_database(settings)
    try:
        directory = db.read_now(lambda tx: _directory(tx, settings))
    finally:
        db.close()
    if not directory.groups:
        typer.echo("还没有收日报的群：在群里@机器人说“本群收日报”，或用 xiaohao groups add 登记")
    for group in directory.groups.values():
        typer.echo(_line(directory, group))


@commands.command("add")
def add_group(
    channel: Annotated[str, typer.Option(help="哪个平台：wecom_robot、dingtalk_robot、feishu_robot……")],
    name: Annotated[str, typer.Option(help="群名，只用来认")],
    key: Annotated[str, typer.Option(help="平台的群编号；配置里的 webhook_url 只对一个群的，不用写")] = "",
    area: Annotated[str, typer.Option(help="哪个县的群，如 绛县；不写是全市的")] = "",
    at: Annotated[str, typer.Option("--time", help="每个工作日什么时候发，如 17:30；不写按工作机制")] = "",
    naming: Annotated[
        str, typer.Option(help="点名到哪里：projects 项目、units 单位、counts 不点名只报数")
    ] = "projects",
    config: ConfigFile = None,
) -> None:
    """登记一个收日报的群；已经登记的改成这样。"""
    from bot.daily import EARLIEST, LATEST, NAMING
    from bot.mechanism import regime as regimes
    from storage import groups
    from storage.groups import Setting

    settings = load_config(config)
    faults = _faults(settings.channels, channel, key)
    if not name.strip() or len(name) > 60:
        faults.append("--name：请写群名，60字以内")
    if naming not in NAMING:
        faults.append(f"--naming {naming}：请写 {'、'.join(NAMING)} 之一")
    hour = _hour(at) if at else f"{regimes.load(settings.city.regime).summary.at:%H:%M}"
    if not EARLIEST <= hour <= LATEST:
        faults.append(f"--time {at}：请写 {EARLIEST} 到 {LATEST} 之间的时间，如 17:30")
    if faults:
        stop(faults)
    db = open_database(settings)

    def enter(tx: "Tx") -> str:
        directory = _directory(tx, settings)
        found = next((one for one in directory.areas if one.name == area), None)
        if area and found is None:
            known = "、".join(one.name for one in directory.areas)
            stop([f"--area {area}：台账里没有这个县（市、区）。有：{known or '还没有台账'}"])
        place = key or WEBHOOK
        stood = groups.setting_of(tx, channel, place)
        wanted = Setting(name.strip(), found.id if found else None, hour, naming)
        if stood is not None and not stood.gone:
            wanted = replace(wanted, since=stood.since)
        groups.change(tx, channel, place, wanted, _note("groups add"))
        fresh = _directory(tx, settings)
        line = next(
            _line(fresh, one) for one in fresh.groups.values() if (one.channel, one.key) == (channel, place)
        )
        return f"{'已改' if stood is not None and not stood.gone else '已登记'}：{line}"

    try:
        typer.echo(db.write_now(enter))
    finally:
        db.close()


@commands.command("remove")
def remove_group(
    number: Annotated[int, typer.Argument(metavar="编号", help="编号，见 xiaohao groups list")],
    config: ConfigFile = None,
) -> None:
    """这个群不再收日报。"""
    from storage import groups

    settings = load_config(config)
    db = open_database(settings)

    def remove(tx: "Tx") -> str:
        group = _directory(tx, settings).groups.get(number)
        if group is None:
            stop([f"没有{number}号群，见 xiaohao groups list"])
        groups.remove(tx, group.channel, group.key, _note("groups remove"))
        return f"群“{group.name}”不再收日报"

    try:
        typer.echo(db.write_now(remove))
    finally:
        db.close()


def _line(directory: "Directory", group: "Group") -> str:
    from bot.daily import setting_words

    words = setting_words(directory, group.area_id, group.summary_time, group.naming)
    return f"{group.id}\t{group.name}\t{named(group.channel)}\t{words}"


def _faults(channels: "Channels", channel: str, key: str) -> list[str]:
    """Why no group of that channel can be written to."""
    if channel not in CHANNEL or channel in _NO_GROUPS:
        able = "、".join(name for name in CHANNEL if name not in _NO_GROUPS)
        return [f"--channel {channel}：请写 {able} 之一"]
    table = {"dingtalk_robot": "dingtalk", "feishu_robot": "feishu"}.get(channel, channel)
    opened = getattr(channels, table)
    if opened is None or not opened.enabled:
        return [f"--channel {channel}：配置里没有打开 channels.{table}"]
    by_webhook = channel.endswith("_robot")
    if by_webhook and opened.webhook_url is None:
        return [f"--channel {channel}：配置里没有 channels.{table}.webhook_url，发不到群里"]
    many = channel == "wecom_robot" and opened.chatid
    if channel == "wecom_bot":
        return ["--channel wecom_bot：智能机器人在群里只能答复，请用 wecom_robot"]
    if (many or not by_webhook) and not key:
        return [f"--key：{named(channel)}要写群编号；或者在那个群里@机器人说“本群收日报”"]
    if key and by_webhook and not many:
        return ["--key：这个 webhook 只通一个群，不用写"]
    return []


def _hour(said: str) -> str:
    try:
        hour, minute = said.replace("：", ":").split(":")
        return f"{time(int(hour), int(minute)):%H:%M}"
    except ValueError:
        return ""


def _note(words: str) -> "StepNote":
    from storage.ticket_rows import StepNote

    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # no name for this user id
        user = "未知用户"
    return StepNote(datetime.now(CITY), None, words, f"命令行（{user}）", "command")


def _directory(tx: "Tx", settings: "Config") -> "Directory":
    from storage.directory import DirectoryCache

    return DirectoryCache(settings.city.ledger_year).get(tx)
