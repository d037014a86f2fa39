"""The command `xiaohao`. Heavy packages are imported by the command that needs them."""

import gc
import shlex
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from bot import (
    binding_commands,
    bulletin_command,
    file_commands,
    group_commands,
    ledger_commands,
    outbox_commands,
    regime_commands,
    simulate_commands,
)
from bot.calendar import CITY
from bot.command_help import Commands
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
from bot.unreadable import reason_of

if TYPE_CHECKING:
    from bot.app import City
    from bot.importing import Plan

app = Commands("销号：城市重点项目办公室的聊天助手")
imports = Commands("读入台账、单位、人员、叫法、统计的数、月计划；不加 --apply 只看不改")
app.add_typer(imports, name="import")
app.add_typer(ledger_commands.exports, name="export")
app.add_typer(regime_commands.commands, name="regime")
app.add_typer(outbox_commands.commands, name="outbox")
app.add_typer(group_commands.commands, name="groups")
app.add_typer(file_commands.commands, name="file")

_KINDS = {
    "ledger": "台账",
    "units": "单位",
    "people": "人员",
    "nicknames": "叫法",
    "reserve": "储备项目",
    "figures": "统计的数",
    "plans": "月计划",
}
Apply = Annotated[bool, typer.Option("--apply", help="确认写入；不加只显示会有什么变化")]
SheetFile = Annotated[Path, typer.Argument(metavar="文件", help="表格文件：xlsx、xls、ods、csv")]


def main() -> None:
    """The entry point: faults that somebody made are one sentence, not a traceback."""
    app()


@app.command()
def serve(config: ConfigFile = None) -> None:
    """启动机器人。"""
    gc.disable()  # until all is loaded (City.warm_up): nothing of what start-up makes is garbage
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
    port: Annotated[int, typer.Option(min=0, max=65535, help="端口")] = 8080,
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
    from bot.config import Channels, Config, Console, Papers, Server, Storage
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
        papers=Papers(
            head="red",
            serial="运重专办〔{year}〕{number}号",
            copies="市委办公室，市人大常委会办公室，市政府办公室，市政协办公室",
        ),
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
    reason: Annotated[
        list[str] | None, typer.Option("--reason", help="不再列入的原因，如 8=已竣工；不写序号的管其余各项")
    ] = None,
    below_bar: Annotated[bool, typer.Option("--below-bar", help="低于列入门槛的也列入")] = False,
    config: ConfigFile = None,
) -> None:
    """项目台账：年中不再列入的要写原因，低于门槛的要确认。"""
    _import("ledger", file, apply=apply, config=config, reasons=_reasons(reason or []), below_bar=below_bar)


def _reasons(said: list[str]) -> dict[int, str]:
    """By the project's number why it is left out; under 0 what was said without a number."""
    found: dict[int, str] = {}
    for one in said:
        number, sign, why = one.partition("=")
        numbered = bool(sign) and number.strip().isdigit()
        words = (why if numbered else one).strip()
        if not words:
            stop([f"--reason {one}：没有写原因，如 --reason 8=已竣工"])
        found[int(number) if numbered else 0] = words
    return found


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
    kind: Annotated[
        str,
        typer.Argument(metavar="种类", help="、".join(_KINDS)),
    ],
    config: ConfigFile = None,
) -> None:
    """撤销上一次导入。"""
    from bot import importing
    from storage.imports import NothingToUndo

    if kind not in _KINDS:
        stop(
            [
                f"没有 {kind} 这一种，请写 {'、'.join(f'{one}（{words}）' for one, words in _KINDS.items())} 之一"
            ]
        )
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
    kind: Annotated[str, typer.Argument(metavar="种类", help="、".join(_KINDS))],
    file: Annotated[Path, typer.Argument(metavar="文件", help="写到哪个 xlsx 文件")],
) -> None:
    """写出一份空表格模板，填好后用 xiaohao import 读入。"""
    from bot.documents.templates_out import template as make

    if kind not in _KINDS:
        stop(
            [
                f"没有 {kind} 这一种，请写 {'、'.join(f'{one}（{words}）' for one, words in _KINDS.items())} 之一"
            ]
        )
    write_new(file, lambda: make(kind))
    typer.echo(f"模板已写到 {file}")


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


app.command()(bulletin_command.bulletin)
app.command("diff-months")(ledger_commands.diff_months)
app.command()(simulate_commands.simulate)
app.command()(binding_commands.bind)


@app.command()
def migrate(config: ConfigFile = None) -> None:
    """把数据库升级到当前版本。"""
    from storage.migrate import version

    db = open_database(load_config(config))
    typer.echo(f"数据库版本：{version(db)}")
    db.close()


def _import(
    kind: str,
    file: Path,
    *,
    apply: bool,
    config: Path | None,
    reasons: dict[int, str] | None = None,
    below_bar: bool = False,
    read: "Callable[[Path, int], Plan] | None" = None,
) -> None:
    import getpass

    from bot import importing
    from bot.mechanism import regime as regimes
    from storage.changes import By

    settings = load_config(config)
    if file.is_dir():
        stop([f"{file} 是文件夹，请写里面的表格文件"])
    if not file.is_file():
        stop([f"没有这个文件：{file}"])
    year = settings.city.ledger_year
    adjusting = importing.Adjusting(
        regimes.load(settings.city.regime), reasons or {}, below_bar, By(f"命令行{getpass.getuser()}")
    )
    plan = faults_of(lambda: read(file, year) if read else importing.plan(kind, file, year, adjusting))
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
        }.get(error.errno or 0, f"在 {config.host} 上打不开（{reason_of(error)}）")
        stop([f"端口 {config.port} {reason}：请停下那个程序，或换一个端口（{other_port}）"])


if __name__ == "__main__":
    main()
