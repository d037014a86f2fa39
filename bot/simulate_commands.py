"""`xiaohao simulate`: what would be sent in the days to come, to whom, when, by which clause."""

import asyncio
import csv
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.calendar import CITY
from bot.command_parts import DEMO, ConfigFile, faults_of, load_config, stop, year_of

if TYPE_CHECKING:
    from bot.config import City as CityTable
    from bot.simulate.run import Simulation, Totals
    from storage.told import Told

COLUMNS = (
    "时间", "收件人", "单位", "职务", "问题号", "项目", "标题", "内容", "时限或规则", "依据", "为什么是他", "急缓", "状态", "说明", "消息号",
)  # fmt: skip
_URGENCIES = {"event": "即时", "reminder": "提醒", "urgent": "加急"}
_MOST = 15  # lines of each table on the screen


def simulate(
    regime: Annotated[str, typer.Option(help="工作机制：名字或文件")] = "",
    ledger: Annotated[Path, typer.Option(help="台账（不用 --from 时）")] = DEMO / "yuncheng-2025.xlsx",
    units: Annotated[Path, typer.Option(help="单位目录（不用 --from 时）")] = DEMO / "units.csv",
    people: Annotated[Path | None, typer.Option(help="人员；不写就虚构一套人")] = None,
    days: Annotated[int, typer.Option(min=1, max=800, help="推算多少天")] = 90,
    source: Annotated[
        str,
        typer.Option("--from", help="真实的库：备份文件、数据库地址或 config.toml；只读一份副本，绝不改动"),
    ] = "",
    at: Annotated[str, typer.Option(help="从什么时候开始，如 2025-09-15 09:00")] = "",
    seed: Annotated[int, typer.Option(help="虚构过程的编号：同一个号每次一样")] = 1,
    out: Annotated[Path | None, typer.Option(help="逐条写到哪个 csv 文件（Excel 能直接打开）")] = None,
    everything: Annotated[bool, typer.Option("--all", help="屏幕上列出每个人、每一天")] = False,
    config: ConfigFile = None,
) -> None:
    """先看后改：用真的处理程序和时钟推算会发出哪些消息，什么都不会真的发出。

    不加 --from：按台账虚构一座城市和一段经过（谁按时报、谁不报、哪些问题拖着），把每条提级都走到。
    加 --from：从库的副本往后推，谁都不再回话，看会催到谁。
    """
    from bot.config import file_of

    _check_new(out)
    table = load_config(config).city if file_of(config) else None
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="xiaohao-simulate-")))
        run = _of_copy(source, regime, folder, at, table) if source else None
        run = run or _made_up(regime, ledger, units, people, folder, at, table)
        stack.callback(run.close)
        course = None if source else run.course(days, seed)
        begins = run.now
        write = stack.enter_context(CsvFile(out)) if out is not None else lambda _one: None
        totals = asyncio.run(run.run(days, course, write))
        typer.echo(_head(run, begins, days, source, seed, totals))
        for line in _tables(totals, everything=everything):
            typer.echo(line)
        if out is not None:
            typer.echo(f"逐条在 {out}")


def opened_copy(
    source: str, regime: str, folder: Path, at: str = "", table: "CityTable | None" = None
) -> "Simulation":
    """A simulation over a copy of that database: a file, a URL, or what a config.toml names."""
    from bot.simulate.copies import NoCopy, copy_of

    if source.endswith(".toml"):
        settings = load_config(Path(source))
        source, table = settings.storage.url, settings.city
    try:
        url = copy_of(source, folder)
    except NoCopy as error:
        stop([str(error)])
    return _simulation(url, regime or (table.regime if table else "yuncheng-2025"), at, table)


def _of_copy(source: str, regime: str, folder: Path, at: str, table: "CityTable | None") -> "Simulation":
    return opened_copy(source, regime, folder, at, table)


def _made_up(
    regime: str,
    ledger: Path,
    units: Path,
    people: Path | None,
    folder: Path,
    at: str,
    table: "CityTable | None",
) -> "Simulation":
    from bot.config import City as CityTable
    from bot.simulate.fill import fill

    start = moment(at) or datetime(year_of(ledger, 2025), 9, 15, 9, tzinfo=CITY)
    url = f"sqlite:///{folder / 'city.db'}"
    year = year_of(ledger, start.year)
    faults_of(lambda: fill(url, year, start, ledger, units, people))
    base = (table or CityTable()).model_copy(update={"ledger_year": year})
    return _simulation(url, regime or base.regime, start.isoformat(), base)


def _simulation(url: str, regime: str, at: str, table: "CityTable | None") -> "Simulation":
    from bot.mechanism.regime import RegimeError
    from bot.simulate.run import Simulation

    try:
        return Simulation(url, regime, moment(at), table)
    except RegimeError as error:
        stop([str(fault) for fault in error.faults])


def moment(text: str) -> datetime | None:
    """A moment from 2025-09-15 09:00, in the city's time; None if nothing is said."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        stop([f"--at {text} 不是时间，请写成 2025-09-15 09:00"])
    return found if found.tzinfo else found.replace(tzinfo=CITY)


def _check_new(out: Path | None) -> None:
    if out is None:
        return
    if out.suffix.lower() != ".csv":
        stop([f"{out}：文件名要以 .csv 结尾"])
    if out.exists():
        stop([f"{out}：已有这个文件，没有覆盖；请换一个名字"])
    if not out.parent.is_dir():
        stop([f"{out}：没有 {out.parent} 这个目录"])


class CsvFile:
    """Rows as they come: hundred thousands of them need no memory. With the mark by which Excel knows UTF-8."""

    def __init__(self, file: Path) -> None:
        self._file = file.open("x", encoding="utf-8-sig", newline="")
        self._rows = csv.writer(self._file)

    def __enter__(self) -> Callable[["Told"], None]:
        self._rows.writerow(COLUMNS)
        return lambda one: self._rows.writerow([_plain(cell) for cell in cells(one)])

    def __exit__(self, *_: object) -> None:
        self._file.close()


def cells(one: "Told") -> tuple[Any, ...]:
    """A notice as a row under COLUMNS."""
    return (
        f"{one.at.astimezone(CITY):%Y-%m-%d %H:%M}",
        one.whom,
        one.unit,
        one.title,
        one.number or "",
        one.project,
        one.heading,
        one.line,
        one.say,
        one.clause,
        one.why,
        _URGENCIES.get(one.urgency, one.urgency),
        one.state,
        one.state_why,
        one.message_id or "",
    )


def _plain(cell: Any) -> Any:
    """A text that a spreadsheet would take for a formula is one no more."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@") else cell


def _head(run: "Simulation", begins: datetime, days: int, source: str, seed: int, totals: "Totals") -> str:
    regime = run.city.rules.regime
    how = "从库的副本推算，谁都不再回话" if source else f"虚构的经过（编号{seed}），共写了{totals.said}句"
    unread = f"，其中{totals.unread}个问题没有登记上" if totals.unread else ""
    people = len({whom for whom, _ in totals.notices})
    return (
        f"{regime.title}（{regime.id} 第{regime.version}版），{begins:%Y-%m-%d %H:%M} 起{days}天；{how}{unread}\n"
        f"会发出{sum(totals.notices.values())}条通知，合成{sum(totals.messages.values())}条消息，给{people}个人和群"
        + "".join(f"；{state}{count}条" for state, count in totals.unsent.items())
        + "。什么都没有真的发出。"
    )


def _tables(totals: "Totals", *, everything: bool) -> list[str]:
    """Totals by rule, by person and by day."""
    most = None if everything else _MOST
    lines = ["", "按规则（通知条数，多少人）："]
    lines += [
        f"　{count:6d}　{len(totals.readers[rule]):4d}人　{rule[0] or '—'}　{rule[1]}"
        for rule, count in totals.rules.most_common(most)
    ]
    by_person: Counter[str] = Counter()
    by_day: Counter[date] = Counter()
    most_on: dict[str, tuple[int, date]] = {}
    readers: Counter[date] = Counter()
    for (whom, day), count in totals.messages.items():
        by_person[whom] += count
        by_day[day] += count
        readers[day] += 1
        most_on[whom] = max(most_on.get(whom, (0, day)), (count, day))
    notices: Counter[str] = Counter()
    on_day: Counter[date] = Counter()
    for (whom, day), count in totals.notices.items():
        notices[whom] += count
        on_day[day] += count
    lines += ["", f"按人（消息条数，通知条数，最多的一天）{_of(by_person, most)}："]
    lines += [
        f"　{count:6d}　{notices[whom]:6d}　{most_on[whom][1]:%m-%d} {most_on[whom][0]}条　{whom}"
        for whom, count in by_person.most_common(most)
    ]
    lines += ["", f"按日（消息条数，通知条数，多少人）{_of(by_day, most)}："]
    days = sorted(by_day) if everything else sorted(day for day, _ in by_day.most_common(most))
    lines += [f"　{day:%Y-%m-%d}　{by_day[day]:6d}　{on_day[day]:6d}　{readers[day]:4d}人" for day in days]
    return lines


def _of(counted: Counter[Any], most: int | None) -> str:
    return f"，{len(counted)}个中最多的{most}个，全部的加 --all" if most and len(counted) > most else ""
