"""`xiaohao bulletin --month 2025-09 --out DIR`: the month's official document, the ledger beside it, the picture."""

import re
import shutil
import subprocess
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.calendar import CITY, at
from bot.command_parts import ConfigFile, load_config, open_database, stop
from bot.unreadable import reason_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.config import Config
    from bot.documents.ledger_in import LedgerRow
    from bot.mechanism.bulletin import Issue
    from storage.database import Tx


def bulletin(
    month: Annotated[str, typer.Option(help="哪个月，如 2025-09")],
    out: Annotated[Path, typer.Option(help="写到哪个目录")],
    config: ConfigFile = None,
) -> None:
    """写出一个月的通报：公文 docx、台账 xlsx、给群的图 png。已签发的按签发时的数，草稿按冻结的数，没有的按现在的数。"""
    from bot.bulletin_papers import bulletin_files
    from bot.looks import look_of

    said = re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", month)
    if said is None:
        stop([f"--month {month}：请写成 2025-09 这样"])
    year, of_month = int(said[1]), int(said[2])
    settings = load_config(config)
    now = datetime.now(CITY)
    if at(now.date().replace(year=year, month=of_month, day=1), now.min.time()) > now:
        stop([f"--month {month}：这个月还没有到"])
    if year != settings.city.ledger_year:
        stop([f"--month {month}：配置里的台账是{settings.city.ledger_year}年的（city.ledger_year）"])
    db = open_database(settings)
    try:
        issue, ledger = db.read_now(lambda tx: _read(tx, settings, year, of_month, now))
    finally:
        db.close()
    if not ledger:
        stop([f"还没有{year}年的台账"])
    look = look_of(settings, issue.regime)
    made = bulletin_files(issue, ledger, look)
    _write(out, made)
    state = f"第{issue.number}期，已签发" if issue.number else issue.state.words
    typer.echo(f"{year}年{of_month}月通报（{state}）已写到 {out}：{'、'.join(name for name, _ in made)}")
    lacking = lacking_fonts(look.fonts.names())
    if lacking is None:
        typer.echo("这台机器没有 fc-list，看不出公文用的字体装了没有")
    elif lacking:
        typer.echo(
            f"这台机器没有这些字体：{'、'.join(lacking)}。文件里已写明，在装了的电脑上打开就对；也可在配置 [papers.fonts] 里改"
        )


def lacking_fonts(names: "Sequence[str]") -> list[str] | None:
    """Which of the fonts this machine lacks; None where it can't be told."""
    program = shutil.which("fc-list")
    if program is None:
        return None
    listed = subprocess.run([program, ":", "family"], capture_output=True, text=True, check=False, timeout=20)
    known = {name.strip() for line in listed.stdout.splitlines() for name in line.split(",")}
    return [name for name in names if name not in known]


def _read(
    tx: "Tx", settings: "Config", year: int, month: int, now: datetime
) -> "tuple[Issue, Sequence[LedgerRow]]":
    from bot import holidays
    from bot.bulletins import issue_of, unfrozen
    from bot.mechanism import regime as regimes
    from bot.mechanism.bulletin import as_of
    from bot.mechanism.rules import Rules
    from storage import bulletins
    from storage.directory import DirectoryCache
    from storage.imports import ledger_of
    from storage.regimes import kept_regimes

    rules = Rules(regimes.load(settings.city.regime), holidays.load(settings.city.holidays), kept_regimes(tx))
    directory = DirectoryCache(settings.city.ledger_year).get(tx)
    one = bulletins.of_month(tx, year, month)
    if one is not None:
        return issue_of(tx, directory, rules, one), ledger_of(tx, year)
    moment = as_of(rules.regime, year, month, now)
    return unfrozen(tx, directory, rules, year, month, moment), ledger_of(tx, year)


def _write(out: Path, made: "Sequence[tuple[str, bytes]]") -> None:
    """New files in that directory; none that is there is overwritten."""
    there = [name for name, _ in made if (out / name).exists()]
    if there:
        stop([f"{out / name}：已有这个文件，没有覆盖" for name in there])
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, body in made:
            (out / name).write_bytes(body)
    except OSError as error:
        stop([f"{error.filename or out}：写不进去（{reason_of(error)}）"])
