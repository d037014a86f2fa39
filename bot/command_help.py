"""What `xiaohao --help` and a mistyped command say: in Chinese, for every command, from this one place."""

import inspect
import sys
from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

import typer
from rich.cells import cell_len
from typer import core

# The parser inside typer has no public name; constraints.txt keeps its version.
from typer._click import ClickException, Command, Context, Parameter, exceptions

_F = TypeVar("_F", bound=Callable[..., Any])
_WIDEST = 24  # columns of a name; the words of a longer one begin on the next line


class Commands(typer.Typer):
    """A group of commands that speaks Chinese."""

    def __init__(self, help: str) -> None:
        super().__init__(
            cls=_Group,
            no_args_is_help=True,
            add_completion=False,
            pretty_exceptions_enable=False,
            rich_markup_mode=None,
            help=help,
        )

    def command(self, name: str | None = None, **given: Any) -> Callable[[_F], _F]:
        """As typer's, with our help."""
        return super().command(name, cls=_One, **given)


class _One(core.TyperCommand):
    allow_extra_args = True  # told by parse_args in our words

    def get_help(self, ctx: Context) -> str:
        return _help(self, ctx)

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        rest = super().parse_args(ctx, args)
        if rest:
            ctx.fail(f"多写了 {' '.join(rest)}（名称里有空格的要加引号）")
        return rest


class _Group(core.TyperGroup):
    def get_help(self, ctx: Context) -> str:
        return _help(self, ctx)

    def resolve_command(self, ctx: Context, args: list[str]) -> tuple[str | None, Command | None, list[str]]:
        name = args[0]
        if name not in self.commands:
            near = get_close_matches(name, self.commands, 1)
            ctx.fail(f"没有 {name} 这个命令" + (f"，是不是 {near[0]}？" if near else ""))
        return super().resolve_command(ctx, args)

    def main(self, *words: Any, **given: Any) -> Any:
        given["standalone_mode"] = False
        try:
            status = super().main(*words, **given)
        except exceptions.NoArgsIsHelpError as asked:
            typer.echo(asked.message)
            status = 0
        except ClickException as error:
            typer.echo(_fault(error), err=True)
            status = error.exit_code
        except typer.Abort:
            typer.echo("已中断", err=True)
            status = 1
        sys.exit(status)


def _fault(error: ClickException) -> str:
    """What is wrong with a command as it was typed, and how to look up the right way."""
    ctx = getattr(error, "ctx", None)
    look = f"\n怎么写：{ctx.command_path} --help" if ctx is not None else ""
    return f"{_reason(error)}{look}"


def _reason(error: ClickException) -> str:
    match error:
        case exceptions.MissingParameter(param=param) if param is not None:
            return f"缺 {_name(param)}：{getattr(param, 'help', None) or '要写'}"
        case exceptions.BadParameter(param=param) if param is not None:
            return f"{_name(param)} {_wanted(param)}"
        case exceptions.NoSuchOption(option_name=name, possibilities=near):
            return f"没有 {name} 这个选项" + (f"，是不是 {'、'.join(sorted(near))}？" if near else "")
        case exceptions.BadOptionUsage(option_name=name):
            return f"{name} 写得不对：要写值的后面写上值，不要写值的后面不写"
    return error.format_message()


def _wanted(param: Any) -> str:
    if param.type_descriptor.is_path:
        return "打不开：没有权限"
    least, most = getattr(param, "min", None), getattr(param, "max", None)
    if least is not None and most is not None:
        return f"写得不对，应是{least:g}到{most:g}的整数"
    if least is not None:
        return f"写得不对，应是{least:g}以上的整数"
    return "写得不对，应是整数"  # a text may be anything


def _help(command: Command, ctx: Context) -> str:
    arguments = [one for one in command.params if isinstance(one, core.TyperArgument)]
    options = [one for one in command.params if isinstance(one, core.TyperOption)]
    subcommands: dict[str, Command] = getattr(command, "commands", {})
    words = [ctx.command_path, *(_usage(one) for one in arguments)]
    words += ["命令"] if subcommands else ["[选项]"] if options else []
    lines = [f"用法：{' '.join(words)}"]
    if command.help:
        lines += ["", inspect.cleandoc(command.help)]
    lines += _part("写什么", [(_name(one), _said(one)) for one in arguments])
    lines += _part("命令", [(name, _first_line(one)) for name, one in subcommands.items()])
    shown = [(f"{_name(one)}{'' if one.is_flag else ' …'}", _said(one)) for one in options]
    lines += _part("选项", [*shown, ("--help", "显示这段说明")])
    return "\n".join(lines)


def _usage(argument: core.TyperArgument) -> str:
    name = f"{_name(argument)}{'…' if argument.nargs == -1 else ''}"
    return name if argument.required else f"[{name}]"


def _name(param: Parameter) -> str:
    """As it is typed: an option's own word; what stands for an argument."""
    return param.opts[0] if isinstance(param, core.TyperOption) else param.display_name_raw  # type: ignore[attr-defined]


def _said(param: core.TyperArgument | core.TyperOption) -> str:
    help, default = param.help or "", param.default
    if param.required:
        return f"{help}（必写）"
    if isinstance(default, Path) and default.is_absolute():
        default = default.name  # of what comes with the program
    if isinstance(default, bool) or default in (None, "", Path()):
        return help
    return f"{help}（不写就是 {default}）"


def _first_line(command: Command) -> str:
    return inspect.cleandoc(command.help or "").partition("\n")[0].rstrip("。")


def _part(title: str, rows: Sequence[tuple[str, str]]) -> Iterable[str]:
    if not rows:
        return
    wide = min(_WIDEST, max(cell_len(name) for name, _ in rows))
    yield ""
    yield f"{title}："
    for name, words in rows:
        gap = wide - cell_len(name)
        yield f"  {name}{' ' * (gap + 2)}{words}" if gap >= 0 else f"  {name}\n{' ' * (wide + 4)}{words}"
