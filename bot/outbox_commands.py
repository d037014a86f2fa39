"""`xiaohao outbox list|show|resend`: what was sent to whom by what way, what was not and why, and once more."""

import getpass
import re
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from bot.calendar import CITY, at
from bot.command_help import Commands
from bot.command_parts import ConfigFile, load_config, open_database, stop, whereabouts
from bot.wording import channel as named

if TYPE_CHECKING:
    from bot.config import Config
    from storage.database import Database, Tx
    from storage.directory import Directory
    from storage.outbox_log import Line

commands = Commands("发出去的消息：列出、查看、重发")

_STATES = {
    "waiting": "待发",
    "failed": "没送达",
    "unknown": "不明",
    "sent": "已发",
    "withdrawn": "不再发",
}
_AGO = re.compile(r"(\d{1,4})\s*(天|小时|d|h)")


@commands.command("list")
def list_messages(
    state: Annotated[
        str | None,
        typer.Option(
            help="只看哪几种，逗号隔开：waiting 待发、failed 没送达、unknown 不明、sent 已发、withdrawn 不再发"
        ),
    ] = None,
    to: Annotated[str, typer.Option(help="收件人：姓名、单位、账号或群名的一部分")] = "",
    since: Annotated[
        str | None, typer.Option(help="从什么时候起：2025-09-15、“2025-09-15 08:00”、3天、12小时")
    ] = None,
    most: Annotated[int, typer.Option(min=1, max=1000, help="最多列几条")] = 50,
    config: ConfigFile = None,
) -> None:
    """列出消息，新的在前；没有账号、一直没成为消息的通知写成 n加编号。"""
    from storage import outbox_log

    states, moment = _states(state), _since(since)
    settings = load_config(config)
    db = open_database(settings)
    try:
        lines = db.read_now(
            lambda tx: outbox_log.listed(
                tx, _directory(tx, settings), states=states, to=to, since=moment, most=most
            )
        )
    finally:
        db.close()
    if not lines:
        typer.echo(f"没有这样的消息（查的库：{whereabouts(settings)}）")
    for line in lines:
        way = named(line.channel) if line.channel else "没有账号"
        words = " ".join(line.text.split())
        why = f"（{_why(line)}）" if _why(line) else ""
        typer.echo(
            f"{_name(line)}\t{line.at:%m-%d %H:%M}\t{_standing(line)}{why}\t{way}\t{line.whom}\t{words[:40]}"
        )


@commands.command("show")
def show_message(
    number: Annotated[str, typer.Argument(metavar="编号", help="编号，如 12；没有成为消息的通知写 n12")],
    config: ConfigFile = None,
) -> None:
    """一条消息：给谁、怎么发的、每次什么时候试、结果如何、发出、读了没有，或为什么没有。"""
    from storage import outbox_log

    notice_id, message_id = _number(number)
    settings = load_config(config)
    db = open_database(settings)
    try:

        def look(tx: "Tx") -> "tuple[Line | None, list[outbox_log.Try]]":
            directory = _directory(tx, settings)
            if notice_id:
                return outbox_log.one_notice(tx, directory, notice_id), []
            return outbox_log.one(tx, directory, message_id), outbox_log.tries_of(tx, message_id)

        line, tries = db.read_now(look)
    finally:
        db.close()
    if line is None:
        stop([f"没有{number}号消息（查的库：{whereabouts(settings)}）"])
    meant = f"（给{line.intended}的，由他接收）" if line.intended != line.whom else ""
    typer.echo(f"{_name(line)}号　{_standing(line)}")
    typer.echo(f"给谁：{line.whom}{meant}")
    typer.echo(f"方式：{named(line.channel) if line.channel else '没有可用的账号'}")
    typer.echo(f"写好：{_moment(line.at)}")
    for one in tries:
        place = f"第{one.number}次" if one.number else "说明"
        typer.echo(f"{place}：{_moment(one.at)}　{one.outcome}")
    if line.sent_at is not None:
        typer.echo(
            f"发出：{_moment(line.sent_at)}，平台已收下"
            + (f"（前面{line.failures}次没成）" if line.failures else "")
        )
        typer.echo(f"已读：{_moment(line.read_at)}" if line.read_at else "已读：没有回执（多数平台不告诉）")
    elif line.reason:
        typer.echo(f"原因：{line.reason}")
    if line.unknown and line.sent_at is None:
        typer.echo(f"注意：有{line.unknown}次平台没有回话，可能已经送达")
    if line.state == "waiting" and line.retry_at is not None:
        typer.echo(f"再试：{_moment(line.retry_at)}")
    typer.echo("内容：")
    typer.echo(line.text)


@commands.command("resend")
def resend_message(
    number: Annotated[str, typer.Argument(metavar="编号", help="编号，如 12；没有成为消息的通知写 n12")],
    by: Annotated[
        str | None, typer.Option("--by", help="换一种方式：wecom、dingtalk、zwdd、feishu……")
    ] = None,
    even_if_arrived: Annotated[
        bool, typer.Option("--even-if-arrived", help="可能已经送达的也再发一次（先问过本人）")
    ] = False,
    config: ConfigFile = None,
) -> None:
    """重发一条没有送达的；已没有意义的不发。谁要求的记在两条消息上。"""
    from bot.wording import CHANNEL
    from storage import resending

    notice_id, message_id = _number(number)
    settings = load_config(config)
    if by is not None and by not in CHANNEL:
        stop([f"--by {by}：请写 {'、'.join(CHANNEL)} 之一"])
    db = open_database(settings)
    now = datetime.now(CITY)
    opened = _open_channels(settings, db)

    def again(tx: "Tx") -> str:
        directory = _directory(tx, settings)
        if notice_id:
            whom = resending.resend_notice(tx, directory, notice_id, at=now, open_channels=opened)
            return f"{number}号通知重新排上了，发给{whom}"
        done = resending.resend(
            tx,
            directory,
            message_id,
            by=f"命令行（{_user()}）",
            at=now,
            real_now=datetime.now(UTC),
            channel=by,
            open_channels=opened,
            even_if_arrived=even_if_arrived,
        )
        return f"{message_id}号消息已排上重发：{done.message_id}号，{named(done.channel)}，发给{done.whom}"

    try:
        typer.echo(db.write_now(again))
    except resending.PerhapsArrived as unknown:
        stop([f"{unknown}确实没收到，请加 --even-if-arrived"])
    except resending.CantResend as refused:
        stop([str(refused)])
    finally:
        db.close()


def _directory(tx: "Tx", settings: "Config") -> "Directory":
    from storage.directory import DirectoryCache

    return DirectoryCache(settings.city.ledger_year).get(tx)


def _open_channels(settings: "Config", db: "Database") -> list[str]:
    from bot.platforms import Platforms

    names = list(Platforms(settings.channels, db).channels)
    return [*names, "console"] if settings.channels.console.enabled else names


def _states(said: str | None) -> tuple[str, ...]:

    if said is None:
        return tuple(_STATES)
    by_words = {words: state for state, words in _STATES.items()}
    found = [by_words.get(one, one) for one in re.split(r"[,，、\s]+", said) if one]
    if wrong := [one for one in found if one not in _STATES]:
        choices = "、".join(f"{state}（{words}）" for state, words in _STATES.items())
        stop([f"--state {'、'.join(wrong)}：请写 {choices}"])
    return tuple(found)


def _since(said: str | None) -> datetime | None:

    if said is None:
        return None
    if ago := _AGO.fullmatch(said.strip()):
        unit = {"天": "days", "d": "days"}.get(ago[2], "hours")
        return datetime.now(CITY) - timedelta(**{unit: int(ago[1])})
    try:
        if len(said.strip()) == 10:
            return at(date.fromisoformat(said.strip()), time.min)
        moment = datetime.fromisoformat(said.strip())
    except ValueError:
        stop([f"--since {said}：请写成 2025-09-15、“2025-09-15 08:00”、3天 或 12小时"])
    return moment if moment.tzinfo else moment.replace(tzinfo=CITY)


def _number(said: str) -> tuple[int, int]:
    """(notice, message): one of them is 0."""

    found = re.fullmatch(r"([nN]?)(\d{1,12})号?", said.strip())
    if found is None:
        stop([f"{said}：编号写成 12 或 n12"])
    number = int(found[2])
    return (number, 0) if found[1] else (0, number)


def _name(line: "Line") -> str:
    return f"n{line.notice_id}" if line.notice_id else str(line.id)


def _standing(line: "Line") -> str:
    if line.state == "sent":
        return "已读" if line.read_at else "已发出"
    if line.state == "waiting":
        is_leased = line.leased_until is not None and line.leased_until > datetime.now(UTC)
        return "正在发" if is_leased else f"失败{line.failures}次，等着再试" if line.failures else "待发"
    return {"failed": "没有送达", "unknown": "结果不明", "withdrawn": "不再发"}[line.state]


def _why(line: "Line") -> str:
    return "" if line.state == "sent" else line.reason


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(CITY):%Y-%m-%d %H:%M:%S}"


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no name for this user id
        return "未知用户"
