"""`xiaohao regime …`: a city's rules shown in words, checked, copied, and what another one would change."""

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.command_help import Commands
from bot.command_parts import stop
from bot.unreadable import reason_of

if TYPE_CHECKING:
    from bot.mechanism.model import Regime
    from bot.simulate.run import Totals

commands = Commands("工作机制：看、查、比、抄一份来改")
Name = Annotated[str, typer.Argument(metavar="工作机制", help="名字或文件")]
_MOST = 15  # people that are named


@commands.command("list")
def list_regimes() -> None:
    """随程序带的工作机制：名字、版本、有效期。"""
    from bot.mechanism import regime as regimes

    for name in regimes.names():
        one = regimes.load(name)
        typer.echo(f"{name}\t{one.title}\t第{one.version}版\t{one.valid_from}至{one.valid_until}")


@commands.command("check")
def check(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="工作机制", help="名字或文件；不写就查随程序带的全部")
    ] = None,
) -> None:
    """检查工作机制，有错一次全部指出（文件、哪一项、为什么）。"""
    from bot.mechanism import regime as regimes
    from bot.mechanism.sources import rules_of

    faults: list[str] = []
    for name in names or regimes.names():
        try:
            one = regimes.load(name)
        except regimes.RegimeError as error:
            faults += [str(fault) for fault in error.faults]
            continue
        rules = [rule for _, rule in rules_of(one)]
        own = sum(rule.own for rule in rules)
        typer.echo(
            f"{one.title}：没有发现问题（{len(rules)}条规则，{len(rules) - own}条有文件条款，{own}条自定）"
        )
    if faults:
        stop(faults)


@commands.command("show")
def show(
    name: Name,
    clauses: Annotated[bool, typer.Option("--clauses", help="按文件条款排列，连原文，好对着文件看")] = False,
) -> None:
    """用办公室的话说出一份工作机制。"""
    from bot.mechanism.describe import describe
    from bot.mechanism.describe_clauses import by_clause

    one = _regime(name)
    typer.echo("\n".join(by_clause(one)) if clauses else describe(one))


@commands.command("copy")
def copy(
    name: Name, file: Annotated[Path, typer.Argument(metavar="文件", help="抄到哪个 toml 文件")]
) -> None:
    """抄一份来改：编号改成文件名，版本从1起；原文和条款都留着。"""
    from bot.mechanism import regime as regimes

    if file.suffix != ".toml":
        stop([f"{file}：文件名要以 .toml 结尾"])
    if file.stem in regimes.names():
        stop([f"{file.stem} 是随程序带的机制的名字，请换一个文件名"])
    text = re.sub(r'(?m)^id = ".*"', lambda _: f'id = "{file.stem}"', _regime(name).text, count=1)
    text = re.sub(r"(?m)^version = \d+", "version = 1", text, count=1)
    regimes.parse(text, file.name)
    try:
        with file.open("x", encoding="utf-8") as new:
            new.write(text)
    except FileExistsError:
        stop([f"{file}：已有这个文件，没有覆盖；请换一个名字"])
    except OSError as error:
        stop([f"{file}：写不进去（{reason_of(error)}）"])
    typer.echo(
        f"已抄到 {file}。改好以后：\n　xiaohao regime check {file}\n　xiaohao regime diff {name} {file} --from config.toml\n"
        f'看清影响，再把配置文件 [city] 的 regime 改成 "{file}"，重启生效；每改一次 version 加1。'
    )


@commands.command("diff")
def diff(
    old: Annotated[str, typer.Argument(metavar="原来的", help="工作机制：名字或文件")],
    new: Annotated[str, typer.Argument(metavar="换成的", help="工作机制：名字或文件")],
    source: Annotated[
        str,
        typer.Option(
            "--from", help="真实的库（备份文件、数据库地址或 config.toml）：再看对在办的事有什么影响"
        ),
    ] = "",
    days: Annotated[int, typer.Option(min=1, max=400, help="往后推算多少天")] = 30,
    at: Annotated[str, typer.Option(help="从什么时候推算，如 2025-09-15 09:00；不写就是库现在的时间")] = "",
) -> None:
    """两份工作机制有什么不同；加 --from，对着真实的库看会影响到什么。"""
    from bot.mechanism.describe import diff as differences

    before, after = _regime(old), _regime(new)
    for line in differences(before, after) or ["没有不同"]:
        typer.echo(line)
    if before.id == after.id and before.version == after.version and before.text != after.text:
        typer.echo(f"两份编号和版本都一样，内容却不同：请把新的一份 version 改成 {before.version + 1}")
    if source:
        for line in _impact(source, (old, new), days, at):
            typer.echo(line)


def _impact(source: str, names: tuple[str, str], days: int, at: str) -> list[str]:
    """What stands as it is, and who would read how much under the one and under the other."""
    import asyncio

    from bot.simulate_commands import opened_copy
    from storage.regimes import open_under

    found: list[Totals] = []
    lines = ["", "对在办的事："]
    for name in names:
        with tempfile.TemporaryDirectory(prefix="xiaohao-diff-") as folder:
            run = opened_copy(source, name, Path(folder), at)
            if not found:
                for regime, count in run.city.db.read_now(lambda tx, r=run: open_under(tx, r.city.rules)):  # type: ignore[misc]
                    lines.append(
                        f"　{count}件问题按《{regime.title}》（{regime.id} 第{regime.version}版）办到销号，时限和提级都不变"
                    )
                if len(lines) == 2:
                    lines.append("　没有在办的问题")
                lines.append("　换了以后登记的问题、今后的督促和日报按新的一份")
            found.append(asyncio.run(run.run(days, None, lambda _one: None)))
            run.close()
    return [*lines, *_compared(found[0], found[1], days)]


def _compared(old: "Totals", new: "Totals", days: int) -> list[str]:
    lines = ["", f"往后{days}天谁都不回话，会发出的通知（原来 → 换成新的）："]
    for rule in dict.fromkeys([*old.rules, *new.rules]):
        was, now = old.rules[rule], new.rules[rule]
        if was != now:
            people = f"{len(old.readers.get(rule, ()))}人 → {len(new.readers.get(rule, ()))}人"
            lines.append(f"　{was}条 → {now}条（{people}）　{rule[0] or '—'}　{rule[1]}")
    if len(lines) == 2:
        lines.append("　没有差别")
    before, after = _by_person(old), _by_person(new)
    moved = sorted(
        {one for one in {**before, **after} if before.get(one, 0) != after.get(one, 0)},
        key=lambda one: (-abs(after.get(one, 0) - before.get(one, 0)), one),
    )
    if moved:
        lines.append(f"收到的消息条数有变的{len(moved)}人：")
        lines += [f"　{before.get(one, 0)} → {after.get(one, 0)}　{one}" for one in moved[:_MOST]]
    if len(moved) > _MOST:
        lines.append(f"　……另有{len(moved) - _MOST}人")
    return lines


def _by_person(totals: "Totals") -> dict[str, int]:
    found: dict[str, int] = {}
    for (whom, _), count in totals.messages.items():
        found[whom] = found.get(whom, 0) + count
    return found


def _regime(name: str) -> "Regime":
    from bot.mechanism import regime as regimes

    try:
        return regimes.load(name)
    except regimes.RegimeError as error:
        stop([str(fault) for fault in error.faults])
