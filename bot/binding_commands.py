"""`xiaohao bind --by-mobile CHANNEL`: accounts by the platform's own directory, shown first, bound with --apply.

Mobile numbers come from the people file and go to the platform alone: none is printed or logged.
"""

import asyncio
import re
from collections import Counter
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from bot.calendar import CITY
from bot.channel import ChannelError, FindsAccounts
from bot.command_parts import ConfigFile, load_config, open_database, stop
from bot.wording import CHANNEL
from bot.wording import channel as named

if TYPE_CHECKING:
    from bot.config import Config
    from storage.database import Database, Tx
    from storage.directory import Directory, Person

_MOBILE = re.compile(r"(?:\+?86)?(1[3-9]\d{9})")
_AT_ONCE = 4
_NO_MOBILE = "人员表里没有手机号"
_NAMED = 20  # of those without a mobile number


@dataclass(frozen=True, slots=True)
class Found:
    """What the look-up of one person came to: his account, or why there is none."""

    person: "Person"
    account: str
    why: str = ""


def bind(
    by_mobile: Annotated[str, typer.Option("--by-mobile", help="哪个平台：wecom、dingtalk、zwdd、feishu")],
    apply: Annotated[bool, typer.Option("--apply", help="确认绑定；不加只显示会绑定谁、谁找不到")] = False,
    config: ConfigFile = None,
) -> None:
    """按手机号在平台的通讯录里找账号，绑到人员表里的人；不加 --apply 只看不改。"""
    settings = load_config(config)
    if by_mobile not in CHANNEL:
        stop([f"--by-mobile {by_mobile}：请写 wecom、dingtalk、zwdd、feishu 之一"])
    db = open_database(settings)
    try:
        directory = db.read_now(lambda tx: _directory(settings, tx))
        found = asyncio.run(_look_up(settings, db, directory, by_mobile))
        _show(found, by_mobile)
        new = [one for one in found if one.account]
        if apply and new:
            _bind(db, new, by_mobile)
            typer.echo(f"已绑定{len(new)}人。")
        elif new:
            typer.echo("以上只是预览，什么都没有改。确认无误后加 --apply 再运行一次。")
    except ChannelError as error:
        stop([f"{named(by_mobile)}的通讯录查不了：{error.reason}"])
    finally:
        db.close()


async def _look_up(settings: "Config", db: "Database", directory: "Directory", channel: str) -> list[Found]:
    """Everybody who has no account there yet. Raises ChannelError if the platform lets nobody be looked up."""
    from bot.platforms import Platforms

    platforms = Platforms(settings.channels, db)
    try:
        opened = platforms.channels.get(channel)
        if opened is None:
            raise ChannelError("config.toml 里没有启用这个平台", permanent=True)
        if not isinstance(opened, FindsAccounts):
            raise ChannelError(
                "这个平台不支持按手机号查，请把账号写进人员表，或让本人私聊机器人说明身份", permanent=True
            )
        return await look_up(opened, directory, channel)
    finally:
        await platforms.close()


async def look_up(opened: FindsAccounts, directory: "Directory", channel: str) -> list[Found]:
    """The same over an open channel."""
    people = [one for one in directory.people.values() if channel not in one.accounts]
    mobiles = {one.id: _mobile(one.phone) for one in people}
    used = Counter(filter(None, (_mobile(one.phone) for one in directory.people.values())))
    room = asyncio.Semaphore(_AT_ONCE)

    async def one_of(person: "Person") -> Found:
        mobile = mobiles[person.id]
        if not mobile:
            return Found(person, "", _NO_MOBILE)
        if used[mobile] > 1:
            return Found(person, "", "和别人是同一个手机号，请核对人员表")
        async with room:
            account = await opened.account_of(mobile)
        if not account:
            return Found(person, "", "平台通讯录里没有这个手机号，或不在应用的可见范围内")
        owner = directory.person_of(channel, account)
        if owner is not None:
            return Found(person, "", f"这个账号已是{owner.signed}的，请核对")
        return Found(person, account)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_caught(one_of(person))) for person in people]
    results = [task.result() for task in tasks]
    for result in results:
        if isinstance(result, ChannelError):
            raise result
    found = [result for result in results if isinstance(result, Found)]
    twice = {
        account for account, count in Counter(one.account for one in found).items() if account and count > 1
    }
    return [
        Found(one.person, "", "平台给出的账号和别人相同，请核对") if one.account in twice else one
        for one in found
    ]


async def _caught(look: Coroutine[None, None, Found]) -> Found | ChannelError:
    try:
        return await look
    except ChannelError as error:
        return error


def _mobile(phone: str) -> str:
    found = _MOBILE.fullmatch(re.sub(r"[\s\-]", "", phone))
    return found[1] if found else ""


def _show(found: Sequence[Found], channel: str) -> None:
    new = [one for one in found if one.account]
    typer.echo(f"{named(channel)}：{len(found)}人还没有账号，按手机号找到{len(new)}人")
    for one in new:
        typer.echo(f"　绑定　{one.person.signed} → {one.account}")
    left = [one for one in found if not one.account]
    for one in left:
        if one.why != _NO_MOBILE:
            typer.echo(f"　没绑　{one.person.signed}：{one.why}")
    without = [one.person.signed for one in left if one.why == _NO_MOBILE]
    if without:
        more = f"等{len(without)}人" if len(without) > _NAMED else ""
        typer.echo(f"　没绑　{_NO_MOBILE}：{'、'.join(without[:_NAMED])}{more}")


def _bind(db: "Database", new: Sequence[Found], channel: str) -> None:
    from storage import binding

    now = datetime.now(CITY)

    def bind_all(tx: "Tx") -> None:
        for one in new:
            binding.bind(tx, one.person.id, channel, one.account, now)

    db.write_now(bind_all)


def _directory(settings: "Config", tx: "Tx") -> "Directory":
    from storage.directory import DirectoryCache

    return DirectoryCache(settings.city.ledger_year).get(tx)
