"""`xiaohao file`: the whole file of a ticket or of a project's year, written into a folder (一事一档)."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.command_help import Commands
from bot.command_parts import ConfigFile, load_config, open_database, stop
from bot.unreadable import reason_of

if TYPE_CHECKING:
    from jobs.papers import Desk

commands = Commands("一事一档：把一件事、一个项目一年的全部记录写成文档和压缩包")

Out = Annotated[Path, typer.Option("--out", help="写到哪个目录")]


@commands.command("ticket")
def ticket_file(
    number: Annotated[int, typer.Argument(metavar="编号", help="编号，如 17")],
    out: Out = Path(),
    config: ConfigFile = None,
) -> None:
    """一件事的档案：原话、步骤、时限、照片，告知了谁、何时送达、何时已读。"""
    from storage import tickets

    def which(desk: "Desk") -> dict[str, int]:
        ticket = tickets.one(desk.tx, number)
        if ticket is None:
            stop([f"没有{number}号"])
        return {"ticket": ticket.id}

    _write(which, out, config)


@commands.command("project")
def project_file(
    number: Annotated[int, typer.Argument(metavar="编号", help="台账序号，如 8")],
    year: Annotated[int | None, typer.Option(help="哪一年；不写就是台账的年份")] = None,
    out: Out = Path(),
    config: ConfigFile = None,
) -> None:
    """一个项目一年的档案。"""
    from storage.imports import ledger_of

    def which(desk: "Desk") -> dict[str, int]:
        project = desk.directory.project_numbered(number)
        if project is None:
            stop([f"{desk.directory.year}年台账里没有{number}号项目"])
        if year is not None and not ledger_of(desk.tx, year):
            stop([f"没有{year}年的台账"])
        return {"project": project.id, "year": year or desk.directory.year}

    _write(which, out, config)


def _write(which: "Callable[[Desk], dict[str, int]]", out: Path, config: Path | None) -> None:
    from bot import holidays
    from bot.calendar import CITY
    from bot.looks import look_of
    from bot.mechanism import regime as regimes
    from bot.mechanism.rules import Rules
    from jobs import file_papers
    from jobs.papers import Desk
    from storage.directory import DirectoryCache
    from storage.regimes import kept_regimes

    settings = load_config(config)
    db = open_database(settings)
    regime = regimes.load(settings.city.regime)
    rules = Rules(regime, holidays.load(settings.city.holidays), db.read_now(kept_regimes))
    directory = DirectoryCache(settings.city.ledger_year)
    now = datetime.now(CITY)

    def gather(tx: "object") -> object:
        desk = Desk(tx, now, rules, directory.get(tx))  # type: ignore[arg-type]
        return file_papers.gather_dossier(desk, which(desk))

    gathered = db.read_now(gather)
    db.close()
    try:
        out.mkdir(parents=True, exist_ok=True)
        for file in file_papers.make_dossier(look_of(settings, regime).fonts, gathered):  # type: ignore[arg-type]
            (out / file.name).write_bytes(file.body)
            typer.echo(f"已写到 {out / file.name}")
    except OSError as error:
        stop([f"{error.filename or out}：写不进去（{reason_of(error)}）"])
