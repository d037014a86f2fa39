"""`xiaohao export …` and `diff-months`: the ledger of any month, month sheets, tickets, notices as workbooks; two months compared."""

import re
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.calendar import CITY
from bot.command_help import Commands
from bot.command_parts import ConfigFile, load_config, open_database, stop, write_new

if TYPE_CHECKING:
    from bot.documents.ledger_month import LedgerState
    from bot.mechanism.rules import Rules
    from storage.database import Database

exports = Commands("把台账、问题、通知写成表格")
NewFile = Annotated[Path, typer.Argument(metavar="文件", help="写到哪个 xlsx 文件")]
Since = Annotated[str, typer.Option("--since", help="从哪天起，如 2025-09-01")]
Until = Annotated[str, typer.Option("--until", help="到哪天止（含），如 2025-09-30")]


@exports.command("ledger")
def export_ledger(
    file: NewFile,
    month: Annotated[str, typer.Option(help="哪个月末的，如 2025-09；不写就是现在的")] = "",
    config: ConfigFile = None,
) -> None:
    """把台账写成表格，格式同通知的附件；加 --month 是那个月末的样子和当时的进展。"""
    from bot.documents.ledger_out import ledger_xlsx
    from bot.documents.month_out import month_xlsx
    from storage.imports import ledger_of

    city = load_config(config).city
    db = open_database(load_config(config))
    try:
        if month:
            state = _state(db, month)
            write_new(file, lambda: month_xlsx(state, city.name, month))
            how = "月末存的" if state.kept else "照改动记录还原的"
            typer.echo(
                f"{len(state.rows)}个项目（{state.at.astimezone(CITY):%Y-%m-%d %H:%M} {how}）已写到 {file}"
            )
            return
        rows = db.read_now(lambda tx: ledger_of(tx, city.ledger_year))
    finally:
        db.close()
    if not rows:
        stop([f"还没有{city.ledger_year}年的台账"])
    title = f"{city.name}{city.ledger_year}年重大项目台账"
    write_new(file, lambda: ledger_xlsx(rows, title, city.ledger_year))
    typer.echo(f"{len(rows)}个项目已写到 {file}")


@exports.command("sheet")
def export_sheet(
    file: NewFile,
    month: Annotated[str, typer.Option(help="哪个月，如 2025-10")],
    unit: Annotated[str | None, typer.Option(help="只要这个项目单位的")] = None,
    area: Annotated[str | None, typer.Option(help="只要这个县（市、区）的，或市直")] = None,
    config: ConfigFile = None,
) -> None:
    """月填报表：项目和上月的数已填好，填好后从聊天或网页发回来。"""
    from bot.documents.month_sheet import month_sheet_xlsx
    from bot.mechanism import regime as regimes
    from bot.mechanism.figures import line_of
    from storage import directory
    from storage.month_sheets import rows_of

    settings = load_config(config)
    year = settings.city.ledger_year
    match = re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", month)
    if match is None or int(match[1]) != year:
        stop([f"--month {month}：请写成 {year}-10 这样，年份是台账的{year}年"])
    if unit and area:
        stop(["--unit 和 --area 只写一个"])
    line = line_of(regimes.load(settings.city.regime))
    db = open_database(settings)
    try:
        city = db.read_now(lambda tx: directory.read(tx, year))
        mine = [
            one.id
            for one in city.ledger
            if (unit is None or unit in one.owners) and (area is None or area == (one.area or "市直"))
        ]
        if not mine:
            stop([f"{unit or area or '台账'}：没有项目（单位、县名要和台账一致）"])
        rows = db.read_now(lambda tx: rows_of(tx, city, mine, (year, int(match[2])), line))
    finally:
        db.close()
    write_new(file, lambda: month_sheet_xlsx(rows, month, unit or area or settings.city.name))
    typer.echo(f"{len(rows)}个项目的填报表已写到 {file}")


@exports.command("tickets")
def export_tickets(
    file: NewFile,
    since: Since = "",
    until: Until = "",
    only_open: Annotated[bool, typer.Option("--open", help="只要在办的")] = False,
    config: ConfigFile = None,
) -> None:
    """把问题台账写成表格：谁报的、谁承办、时限和依据、办到哪一步。"""
    from dataclasses import astuple

    from bot.documents.sheet_out import workbook
    from bot.documents.tickets_out import tickets_table
    from bot.wording import last_day
    from storage import directory, ticket_ledger

    settings = load_config(config)
    first, last = _day(since), _day(until)
    db = open_database(settings)
    try:
        rules = _rules(settings.city.regime, db)
        year = settings.city.ledger_year
        found = db.read_now(
            lambda tx: list(
                ticket_ledger.read(
                    tx,
                    directory.read(tx, year),
                    rules,
                    since=_begin(first),
                    until=_end(last),
                    only_open=only_open,
                )
            )
        )
    finally:
        db.close()
    if not found:
        stop(["没有这样的问题"])
    rows = [
        (
            *astuple(one)[:12],
            last_day(one.due) if one.due else None,
            one.clause,
            "是" if one.listed else "",
            one.ended_at,
        )
        for one in found
    ]
    write_new(file, lambda: workbook([tickets_table(rows)]))
    typer.echo(f"{len(rows)}件问题已写到 {file}")


@exports.command("notices")
def export_notices(file: NewFile, since: Since = "", until: Until = "", config: ConfigFile = None) -> None:
    """把发过的通知写成表格：给谁、何时、内容、依据哪一条、发没发。"""
    from bot.documents.sheet_out import Table, workbook
    from bot.simulate_commands import COLUMNS, cells
    from storage import directory, told

    settings = load_config(config)
    first, last = _day(since), _day(until)
    db = open_database(settings)
    try:
        rules = _rules(settings.city.regime, db)
        year = settings.city.ledger_year
        begin = _begin(first) or datetime(2000, 1, 1, tzinfo=CITY)
        end = _end(last) or datetime(9000, 1, 1, tzinfo=CITY)
        rows = db.read_now(
            lambda tx: [cells(one) for one in told.between(tx, directory.read(tx, year), rules, begin, end)]
        )
    finally:
        db.close()
    if not rows:
        stop(["这段时间没有发过通知"])
    write_new(file, lambda: workbook([Table("通知", COLUMNS, rows)]))
    typer.echo(f"{len(rows)}条通知已写到 {file}")


def diff_months(
    first: Annotated[str, typer.Argument(metavar="月份", help="如 2025-08")],
    second: Annotated[str, typer.Argument(metavar="后一个月份", help="如 2025-09")],
    config: ConfigFile = None,
) -> None:
    """两个月末的台账有什么变化：进出的项目和原因、改过的每一格、投资增加多少。"""
    from bot.documents import month_diff
    from storage import adjusting

    settings = load_config(config)
    db = open_database(settings)
    try:
        before, after = sorted((_state(db, first), _state(db, second)), key=lambda state: state.at)
        changes = db.read_now(lambda tx: adjusting.of_year(tx, after.year))
    finally:
        db.close()
    whys = {(one.project_id, one.entered): one.why for one in changes if before.at < one.at <= after.at}
    diff = month_diff.compare(before, after)
    for line in ["没有变化"] if diff.is_empty else month_diff.lines(diff, whys):
        typer.echo(line)


def _state(db: "Database", month: str) -> "LedgerState":
    from storage import month_ends

    try:
        state = db.read_now(lambda tx: month_ends.state_of(tx, month, datetime.now(CITY)))
    except ValueError:
        stop([f"{month} 不是月份，请写成 2025-09"])
    if state is None:
        stop([f"{month} 还没有到"])
    if not state.rows:
        kept = "、".join(db.read_now(month_ends.kept_months))
        stop(
            [
                f"{month} 没有台账；"
                + (f"存有的月份：{kept}" if kept else "还没有存过，程序运行着就每个月末存一份")
            ]
        )
    return state


def _rules(regime: str, db: "Database") -> "Rules":
    from bot.calendar import Calendar
    from bot.mechanism import regime as regimes
    from bot.mechanism.rules import Rules
    from storage.regimes import kept_regimes

    return Rules(regimes.load(regime), Calendar(), db.read_now(kept_regimes))


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        stop([f"{text} 不是日期，请写成 2025-09-01"])


def _begin(day: date | None) -> datetime | None:
    return datetime.combine(day, time.min, CITY) if day else None


def _end(day: date | None) -> datetime | None:
    return datetime.combine(day + timedelta(days=1), time.min, CITY) if day else None
