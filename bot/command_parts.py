"""What the commands share: the config, checked, and the database, opened; faults are sentences, one a line."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from bot.unreadable import database_reason, reason_of

if TYPE_CHECKING:
    from bot.config import Config
    from storage.database import Database

DEMO = Path(__file__).resolve().parent / "demo"
ConfigFile = Annotated[
    Path | None, typer.Option("--config", help="配置文件；不写就用当前目录里的 config.toml")
]


def open_database(config: "Config") -> "Database":
    """The city's database, at the newest version."""
    from storage.database import Database
    from storage.migrate import upgrade

    def newest() -> Database:
        db = Database(config.storage.url)
        upgrade(db)
        return db

    db: Database = opened(newest)
    return db


def whereabouts(config: "Config") -> str:
    """Which database a command looked into, without the password: the wrong one is found by its name."""
    from sqlalchemy.engine import make_url

    url = make_url(config.storage.url)
    on_file = url.drivername == "sqlite" and url.database
    return str(on_file or url.render_as_string(hide_password=True))


def load_config(path: Path | None) -> "Config":
    """The config of that file, all faults told at once."""
    from bot.config import ConfigError, load

    try:
        config, faults = load(path), []
    except ConfigError as error:
        if error.rest is None:
            stop(error.faults)
        config, faults = error.rest, error.faults
    check(config, faults)
    return config


def check(config: "Config", faults: list[str]) -> None:
    """Stop with these faults and those of what the config names, if there are any."""
    from bot import checking

    if faults := faults + checking.faults(config):
        stop(faults)


def opened(make: Callable[[], Any]) -> Any:
    """What `make` gives, which opens the database."""
    from alembic.util import CommandError
    from sqlalchemy.exc import DatabaseError

    try:
        return make()
    except DatabaseError as error:
        stop([f"storage.url：数据库打不开（{database_reason(error)}）"])
    except CommandError:
        stop(["storage.url：数据库的版本比程序新，请换用新版本的程序；不要用旧程序打开新库"])


def stop(faults: list[str]) -> NoReturn:
    for fault in faults:
        typer.echo(fault, err=True)
    raise typer.Exit(1)


def faults_of(make: Callable[[], Any]) -> Any:
    """What `make` gives; faults of a file are told one a line, and nothing has changed."""
    from bot.documents.faults import DocumentError
    from storage.import_units import ImportFault

    try:
        return make()
    except DocumentError as error:
        stop([str(fault) for fault in error.faults])
    except ImportFault as error:
        stop(error.faults)
    except OSError as error:
        stop([f"{error.filename}：读不出来（{reason_of(error)}）"])


def write_new(file: Path, make: Callable[[], bytes]) -> None:
    """Write a workbook to a new file; one that is there is never overwritten."""
    if file.suffix.lower() != ".xlsx":
        stop([f"{file}：文件名要以 .xlsx 结尾"])
    try:
        with file.open("xb") as new:
            new.write(make())
    except FileExistsError:
        stop([f"{file}：已有这个文件，没有覆盖；请换一个名字"])
    except OSError as error:
        stop([f"{file}：写不进去（{reason_of(error)}）"])


def year_of(ledger: Path, fallback: int) -> int:
    """The year that the ledger's own file name carries, else the given one."""
    digits = "".join(one if one.isdigit() else " " for one in ledger.stem).split()
    return next((int(one) for one in digits if len(one) == 4 and one.startswith("20")), fallback)
