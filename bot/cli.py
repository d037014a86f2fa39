"""The command `xiaohao`. Heavy packages are imported by the command that needs them."""

import re
import shlex
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from bot import binding_commands, group_commands, outbox_commands, simulate_commands
from bot.calendar import CITY
from bot.command_parts import DEMO as DEMO
from bot.command_parts import (
    ConfigFile,
    check,
    faults_of,
    load_config,
    open_database,
    opened,
    stop,
    write_new,
    year_of,
)

if TYPE_CHECKING:
    from bot.app import City
    from bot.importing import Plan

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="销号：城市重点项目办公室的聊天助手",
)
imports = typer.Typer(
    no_args_is_help=True, help="读入台账、单位、人员、叫法、统计的数、月计划；不加 --apply 只看不改"
)
app.add_typer(imports, name="import")
exports = typer.Typer(no_args_is_help=True, help="把台账写成表格")
app.add_typer(exports, name="export")
app.add_typer(outbox_commands.commands, name="outbox")
app.add_typer(group_commands.commands, name="groups")
app.command()(binding_commands.bind)
app.command()(simulate_commands.simulate)

Apply = Annotated[bool, typer.Option("--apply", help="确认写入；不加只显示会有什么变化")]
SheetFile = Annotated[Path, typer.Argument(help="表格文件：xlsx、xls、ods、csv")]


def main() -> None:
    """The entry point: faults that somebody made are one sentence, not a traceback."""
    app()


@app.command()
def serve(config: ConfigFile = None) -> None:
    """启动机器人。"""
    from bot.app import City

    settings = load_config(config)
    city = opened(lambda: City(settings))
    if not city.db.read_now(city.has_ledger):
        typer.echo(
            f"还没有{settings.city.ledger_year}年的台账：先用 xiaohao import 读入单位、台账、人员（见 README）"
        )
    if settings.channels.console.enabled:
        started = f"已启动：请用浏览器打开 http://127.0.0.1:{settings.server.port}/console（按 Ctrl+C 停止）"
    elif city.channels:
        started = f"已启动，打开的平台：{'、'.join(sorted(city.channels))}（按 Ctrl+C 停止）"
    else:
        started = (
            "已启动，但没有打开任何聊天渠道，现在谁也没法跟它说话。想先在本机试用，"
            "请把配置文件 config.toml 里 [channels.console] 下的 enabled 改成 true，再启动一次"
        )
    _run(city, started, "改配置文件里 [server] 的 port")


@app.command()
def doctor(config: ConfigFile = None) -> None:
    """检查配置、数据库、放假安排、字体和启用的平台；有错说明怎么办，退出码为 1。"""
    from bot.doctor import doctor as look

    look(config)


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="端口")] = 8080,
    data: Annotated[Path, typer.Option(help="数据放在哪个目录")] = Path("data/demo"),
    ledger: Annotated[Path, typer.Option(help="台账")] = DEMO / "yuncheng-2025.xlsx",
    units: Annotated[Path, typer.Option(help="单位目录")] = DEMO / "units.csv",
    people: Annotated[Path, typer.Option(help="人员")] = DEMO / "people.csv",
    regime: Annotated[str, typer.Option(help="工作机制")] = "yuncheng-2025",
    at: Annotated[str, typer.Option(help="从什么时候开始")] = "2025-09-15 09:00",
) -> None:
    """启动演示：一座城市、它的台账和一个聊天页面，时间由你推着走。"""
    from bot.app import City, demo_time
    from bot.clock import MovableClock
    from bot.config import Channels, Config, Console, Server, Storage
    from bot.config import City as CityTable
    from bot.demo import load_files

    try:
        start = demo_time(at)
    except ValueError:
        stop([f"--at {at} 不是时间，请写成 2025-09-15 09:00"])
    config = Config(
        city=CityTable(regime=regime, ledger_year=year_of(ledger, start.year)),
        server=Server(port=port, public_url=f"http://127.0.0.1:{port}"),
        storage=Storage(url=f"sqlite:///{data / 'xiaohao.db'}"),
        channels=Channels(console=Console(enabled=True)),
    )
    check(config, [])
    city = opened(lambda: City(config, clock=MovableClock(start)))
    faults_of(lambda: load_files(city, ledger, units, people))
    started = (
        f"演示已启动：请用浏览器打开 http://127.0.0.1:{port}/console\n"
        "（城市、台账来自公开通知，人物均为虚构；按 Ctrl+C 停止）"
    )
    _run(city, started, "如 make run PORT=8081 或 xiaohao demo --port 8081")


@imports.command("ledger")
def import_ledger(
    file: SheetFile,
    apply: Apply = False,
    config: ConfigFile = None,
) -> None:
    """项目台账。"""
    _import("ledger", file, apply=apply, config=config)


@imports.command("units")
def import_units(
    file: SheetFile,
    apply: Apply = False,
    config: ConfigFile = None,
) -> None:
    """单位目录。"""
    _import("units", file, apply=apply, config=config)


@imports.command("people")
def import_people(
    file: SheetFile,
    apply: Apply = False,
    config: ConfigFile = None,
) -> None:
    """人员。"""
    _import("people", file, apply=apply, config=config)


@imports.command("nicknames")
def import_nicknames(
    file: SheetFile,
    apply: Apply = False,
    config: ConfigFile = None,
) -> None:
    """项目的叫法：两列，项目（序号或名称）、叫法。"""
    _import("nicknames", file, apply=apply, config=config)


@imports.command("reserve")
def import_reserve(
    file: SheetFile,
    apply: Apply = False,
    config: ConfigFile = None,
) -> None:
    """储备和签约项目：项目名称、县（市、区）、领域、总投资、阶段，可有年度计划投资、签约时间。"""
    _import("reserve", file, apply=apply, config=config)


@imports.command("figures")
def import_figures(
    file: SheetFile,
    source: Annotated[str, typer.Option("--source", help="谁的数：统计、第三方")],
    month: Annotated[int | None, typer.Option("--month", min=1, max=12, help="1月到几月的累计")] = None,
    apply: Apply = False,
    config: ConfigFile = None,
) -> None:
    """统计、第三方的数：两列，项目（序号或名称）、累计完成投资；列在填报数旁边，不混用。"""
    from bot.importing_figures import plan_figures

    _import(
        "figures",
        file,
        apply=apply,
        config=config,
        read=lambda file, year: plan_figures(file, year, source, month),
    )


@imports.command("plans")
def import_month_plans(
    file: SheetFile,
    apply: Apply = False,
    config: ConfigFile = None,
) -> None:
    """年计划分解到月：项目、1月到12月各列。"""
    from bot.importing_figures import plan_month_plans

    _import("plans", file, apply=apply, config=config, read=plan_month_plans)


@imports.command("undo")
def import_undo(
    kind: Annotated[str, typer.Argument(help="ledger、units、people、nicknames、reserve、figures 或 plans")],
    config: ConfigFile = None,
) -> None:
    """撤销上一次导入。"""
    from bot import importing
    from storage.imports import NothingToUndo

    if kind not in ("ledger", "units", "people", "nicknames", "reserve", "figures", "plans"):
        stop(["请写 xiaohao import undo ledger（或 units、people、nicknames、reserve、figures、plans）"])
    db = open_database(load_config(config))
    try:
        name = faults_of(lambda: db.write_now(lambda tx: importing.undo(tx, kind, datetime.now(CITY))))
        typer.echo(f"已撤销上一次导入：{name}")
    except NothingToUndo:
        stop(["没有可以撤销的导入"])
    finally:
        db.close()


@app.command()
def template(
    kind: Annotated[str, typer.Argument(help="ledger、units、people、nicknames 或 reserve")],
    file: Annotated[Path, typer.Argument(help="写到哪个 xlsx 文件")],
) -> None:
    """写出一份空表格模板，填好后用 xiaohao import 读入。"""
    from bot.documents.templates_out import template as make

    if kind not in ("ledger", "units", "people", "nicknames", "reserve"):
        stop(["请写 ledger（台账）、units（单位）、people（人员）、nicknames（叫法）或 reserve（储备项目）"])
    write_new(file, lambda: make(kind))
    typer.echo(f"模板已写到 {file}")


@exports.command("ledger")
def export_ledger(
    file: Annotated[Path, typer.Argument(help="写到哪个 xlsx 文件")], config: ConfigFile = None
) -> None:
    """把现有台账写成表格，格式同通知的附件。"""
    from bot.documents.ledger_out import ledger_xlsx
    from storage.imports import ledger_of

    city = load_config(config).city
    db = open_database(load_config(config))
    rows = db.read_now(lambda tx: ledger_of(tx, city.ledger_year))
    db.close()
    if not rows:
        stop([f"还没有{city.ledger_year}年的台账"])
    title = f"{city.name}{city.ledger_year}年重大项目台账"
    write_new(file, lambda: ledger_xlsx(rows, title, city.ledger_year))
    typer.echo(f"{len(rows)}个项目已写到 {file}")


@exports.command("sheet")
def export_sheet(
    file: Annotated[Path, typer.Argument(help="写到哪个 xlsx 文件")],
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
    _write_new(file, lambda: month_sheet_xlsx(rows, month, unit or area or settings.city.name))
    typer.echo(f"{len(rows)}个项目的填报表已写到 {file}")


@app.command()
def understand(
    ledger: Annotated[Path, typer.Option(help="台账")] = DEMO / "yuncheng-2025.xlsx",
    units: Annotated[Path, typer.Option(help="单位目录")] = DEMO / "units.csv",
    part: Annotated[
        str | None,
        typer.Option(help="只读一样东西：dates、durations、workdays、money、percent 或 numbers"),
    ] = None,
    words: Annotated[Path | None, typer.Option(help="本市自己的词：文件夹")] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="还写出为什么这样理解：凭哪些词、哪条规则，什么没有算")
    ] = False,
    missed: Annotated[
        bool, typer.Option("--missed", help="不读入：写出库里没读懂的消息，补上 acts、ask 就能用来核对")
    ] = False,
    config: ConfigFile = None,
) -> None:
    """逐行读入消息（NDJSON），逐行写出读懂的内容；加 --part 只读其中的日期、数目等。"""
    if missed:
        _write_missed(config)
        return
    if part is not None:
        _understand_part(part)
    from bot.calendar import Calendar
    from bot.documents.ledger_in import read_ledger
    from bot.documents.units_in import read_units
    from bot.people import ProjectName, Unit
    from bot.understanding import Understanding, lexicon, stream

    try:
        lexicon.extend(words)
    except lexicon.LexiconError as error:
        stop(error.faults)

    def build() -> Understanding:
        rows = read_ledger(ledger.read_bytes(), ledger.name, None).rows
        directory = read_units(units.read_bytes(), units.name)
        areas = [area for area in dict.fromkeys(row.group for row in rows) if area != "市直"]
        return Understanding(
            [ProjectName(r.number, r.name, r.owners, r.place, r.group) for r in rows],
            [Unit(r.name, r.level, r.aliases) for r in directory],
            Calendar(),
            areas,
        )

    raise typer.Exit(stream.run(sys.stdin, sys.stdout, faults_of(build), explain=explain))


def _write_missed(config: Path | None) -> None:
    """What could not be read, one message a line, as `understand` reads it, with room for what it means."""
    import json

    from storage import directory
    from storage.missed import missed_messages

    settings = load_config(config)
    db = open_database(settings)
    try:
        year = settings.city.ledger_year
        rows = db.read_now(lambda tx: missed_messages(tx, directory.read(tx, year)))
    finally:
        db.close()
    for row in rows:
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")


def _understand_part(name: str) -> NoReturn:
    from bot.understanding import parts, stream

    if name not in parts.READERS:
        stop([f"--part {name}：请写 {'、'.join(parts.READERS)} 之一"])
    raise typer.Exit(stream.answer_each(sys.stdin, sys.stdout, parts.READERS[name]))


@app.command()
def migrate(config: ConfigFile = None) -> None:
    """把数据库升级到当前版本。"""
    from storage.migrate import version

    db = open_database(load_config(config))
    typer.echo(f"数据库版本：{version(db)}")
    db.close()


regime_commands = typer.Typer(no_args_is_help=True, help="工作机制：看、查、比")
app.add_typer(regime_commands, name="regime")


@regime_commands.command("list")
def regime_list() -> None:
    """随程序带的工作机制。"""
    from bot.mechanism import regime as regimes

    for name in regimes.names():
        typer.echo(f"{name}\t{regimes.load(name).title}")


@regime_commands.command("check")
def regime_check(name: Annotated[str, typer.Argument(help="名字或文件")]) -> None:
    """检查一份工作机制，有错一次全部指出。"""
    typer.echo(f"{_regime(name).title}：没有发现问题")


@regime_commands.command("show")
def regime_show(name: Annotated[str, typer.Argument(help="名字或文件")]) -> None:
    """用办公室的话说出一份工作机制。"""
    from bot.mechanism.describe import describe

    typer.echo(describe(_regime(name)))


@regime_commands.command("diff")
def regime_diff(
    old: Annotated[str, typer.Argument(help="名字或文件")],
    new: Annotated[str, typer.Argument(help="名字或文件")],
) -> None:
    """两份工作机制有什么不同。"""
    from bot.mechanism.describe import diff

    for line in diff(_regime(old), _regime(new)) or ["没有不同"]:
        typer.echo(line)


def _regime(name: str) -> Any:
    from bot.mechanism import regime as regimes

    try:
        return regimes.load(name)
    except regimes.RegimeError as error:
        stop([str(error)])


def _import(
    kind: str,
    file: Path,
    *,
    apply: bool,
    config: Path | None,
    read: "Callable[[Path, int], Plan] | None" = None,
) -> None:
    from bot import importing

    settings = load_config(config)
    if not file.is_file():
        stop([f"没有这个文件：{file}"])
    year = settings.city.ledger_year
    plan = faults_of(lambda: read(file, year) if read else importing.plan(kind, file, year))
    db = open_database(settings)
    try:
        shown = faults_of(lambda: db.read_now(plan.show))
        typer.echo(shown)
        if not db.read_now(plan.is_new):
            typer.echo("文件里的都已经有了，没有要写的。")
        elif apply:
            faults_of(lambda: db.write_now(lambda tx: plan.apply(tx, datetime.now(CITY), shown)))
            named = f" --config {shlex.quote(str(config))}" if config else ""
            typer.echo(f"已写入。要撤销：xiaohao import undo {kind}{named}")
        else:
            typer.echo("以上只是预览，什么都没有改。确认无误后加 --apply 再运行一次。")
    finally:
        db.close()


def _run(city: "City", started: str, other_port: str) -> None:
    """Serve until stopped; `started` is said once the port is open."""
    import errno

    from aiohttp import web

    from bot import logs

    logs.set_up(city.config.logging.level)
    config = city.config.server
    try:
        # No access log: the addresses that platforms call carry their signatures.
        web.run_app(
            city.web_app(),
            host=config.host,
            port=config.port,
            print=lambda _running_on: typer.echo(started),
            shutdown_timeout=5.0,
            access_log=None,
        )
    except OSError as error:
        reason = {
            errno.EADDRINUSE: "已被别的程序占用（也可能已经启动过一次）",
            errno.EACCES: "没有权限使用，1024 以下的要管理员权限",
        }.get(error.errno or 0, f"在 {config.host} 上打不开（{error.strerror}）")
        stop([f"端口 {config.port} {reason}：请停下那个程序，或换一个端口（{other_port}）"])


if __name__ == "__main__":
    main()
