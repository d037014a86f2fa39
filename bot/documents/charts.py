"""Charts as pictures for the chat: an investment curve, the nodes of a wall chart, counties side by side. Pure.

The same as the pages draw as SVG. matplotlib is imported with the first picture, not with the program.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from bot.calendar import add_months

_INK, _SOFT, _LINE, _ACCENT = "#1c2230", "#5d6675", "#e1e4e9", "#1a62c9"
_RED, _GREEN = "#b3261e", "#1d6b3a"
_DPI = 150
_BLANK = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}  # behind words that stand on a line


@dataclass(frozen=True, slots=True)
class NodeLine:
    """A node on the picture: its name, its day, the day it was done, whether it is late, and that in a word."""

    name: str
    planned: date
    done: date | None
    late: bool
    word: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of the picture of counties: percent done, percent that should be."""

    name: str
    rate: float | None
    planned: float | None


def curve_png(title: str, below: str, planned: Sequence[float], done: Sequence[float | None]) -> bytes:
    """Percent of the year's plan by month: the line of the plan (twelve months) and what was done so far."""
    figure, axes = _figure(title, below, 7.2, 4.2)
    months = list(range(13))
    axes.plot(months, [0.0, *planned], color=_SOFT, linestyle="--", linewidth=1.6, label="序时计划")
    said = [(0, 0.0)] + [(month, value) for month, value in enumerate(done, 1) if value is not None]
    if len(said) > 1:
        axes.plot(
            *zip(*said, strict=True), color=_ACCENT, linewidth=2.4, marker="o", markersize=4, label="实际完成"
        )
        month, value = said[-1]
        axes.annotate(
            f"{value:.1f}%",
            (month, value),
            (6, -16 if value < planned[month - 1] else 6),
            textcoords="offset points",
            color=_INK,
            font=_font(13),
            bbox=_BLANK,
        )
    axes.set_xlim(0, 12.4)
    axes.set_ylim(0, max(100.0, *planned, *(value for _, value in said)) * 1.06)
    axes.set_xticks(range(1, 13), [f"{month}月" for month in range(1, 13)], font=_font(10))
    ticks = [tick for tick in axes.get_yticks() if tick >= 0]
    axes.set_yticks(ticks, [f"{tick:.0f}%" for tick in ticks], font=_font(10))
    axes.legend(prop=_font(10), frameon=False, loc="upper left")
    return _png(figure)


def wall_png(title: str, below: str, nodes: Sequence[NodeLine], today: date) -> bytes:
    """The nodes of a project, a row each: planned (ring), done (filled), late (square), with words."""
    figure, axes = _figure(title, below, 7.2, 1.5 + 0.42 * len(nodes))
    for row, one in enumerate(nodes):
        colour = _GREEN if one.done else _RED if one.late else _SOFT
        axes.plot([one.planned], [row], marker="o", markersize=9, markerfacecolor="white", color=_SOFT)
        if one.done is not None:
            axes.plot([one.planned, one.done], [row, row], color=_GREEN, linewidth=2)
            axes.plot([one.done], [row], marker="o", markersize=9, color=_GREEN)
        elif one.late:
            axes.plot([one.planned, today], [row, row], color=_RED, linewidth=2)
            axes.plot([one.planned], [row], marker="s", markersize=9, color=_RED)
        last = max(one.planned, one.done or one.planned, today if one.late else one.planned)
        axes.annotate(
            f"{one.planned.month}月{one.planned.day}日　{one.word}", (last, row), (10, -4), textcoords="offset points", color=colour,
            font=_font(10), bbox=_BLANK,
        )  # fmt: skip
    axes.axvline(today, color=_INK, linestyle=":", linewidth=1.2)
    axes.annotate("今天", (today, -0.9), ha="center", color=_INK, font=_font(10), annotation_clip=False)
    days = [today, *(one.planned for one in nodes), *(one.done for one in nodes if one.done)]
    span = max((max(days) - min(days)).days, 30)
    axes.set_xlim(
        min(days).toordinal() - _epoch() - span * 0.05, max(days).toordinal() - _epoch() + span * 0.38
    )
    axes.set_ylim(len(nodes) - 0.4, -1.1)
    axes.set_yticks(range(len(nodes)), [one.name for one in nodes], font=_font(11))
    _months_below(axes, min(days), max(days) + timedelta(days=span // 3))
    return _png(figure)


def _months_below(axes: Any, first: date, last: date) -> None:
    """The first days of months below the picture, eight at most; with the year where it is another."""
    starts = [first.replace(day=1)]
    while (following := add_months(starts[-1], 1)) <= last:
        starts.append(following)
    shown = [one for one in starts if one >= first][:: -(-len(starts) // 8)]
    words = [f"{one.month}月" if one.year == first.year else f"{one.year}年{one.month}月" for one in shown]
    axes.set_xticks([one.toordinal() - _epoch() for one in shown], words, font=_font(9))


def bars_png(title: str, below: str, bars: Sequence[Bar]) -> bytes:
    """Counties in the order given: how much of the plan is done, and a mark where it should be."""
    figure, axes = _figure(title, below, 7.2, 1.4 + 0.38 * len(bars))
    for row, one in enumerate(bars):
        axes.barh(row, one.rate or 0.0, height=0.55, color=_ACCENT)
        if one.planned is not None:
            axes.plot([one.planned] * 2, [row - 0.4, row + 0.4], color=_INK, linewidth=1.6)
        words = "未报" if one.rate is None else f"{one.rate:.1f}%"
        axes.annotate(
            words, (max(one.rate or 0.0, one.planned or 0.0), row), (6, -4), textcoords="offset points",
            color=_INK, font=_font(10),
        )  # fmt: skip
    axes.set_ylim(len(bars) - 0.4, -0.6)
    axes.set_xlim(0, max([100.0, *(one.rate or 0.0 for one in bars)]) * 1.14)
    axes.set_yticks(range(len(bars)), [one.name for one in bars], font=_font(11))
    ticks = [tick for tick in axes.get_xticks() if 0 <= tick <= 100]
    axes.set_xticks(ticks, [f"{tick:.0f}%" for tick in ticks], font=_font(10))
    return _png(figure)


def _epoch() -> int:
    return date(1970, 1, 1).toordinal()  # matplotlib counts days from there


def _figure(title: str, below: str, width: float, height: float) -> tuple[Any, Any]:
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    figure = Figure(
        figsize=(width, height),
        dpi=_DPI,
        layout=ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.1),
        facecolor="white",
    )
    axes = figure.add_subplot()
    axes.set_title(title, font=_font(15), color=_INK, loc="left", pad=10)
    figure.supxlabel(below, font=_font(9), color=_SOFT, x=0.01, ha="left")
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(_LINE)
    axes.tick_params(length=0, colors=_SOFT)
    axes.grid(axis="x" if height > width * 0.6 else "y", color=_LINE, linewidth=0.8)
    axes.set_axisbelow(True)
    return figure, axes


def _png(figure: Any) -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    out = io.BytesIO()
    FigureCanvasAgg(figure).print_png(out)  # type: ignore[no-untyped-call]
    return out.getvalue()


@cache
def _font(size: float) -> Any:
    """The Noto font that comes with mplfonts, by its file: what the machine has installed makes no difference."""
    from importlib.resources import files

    from matplotlib.font_manager import FontProperties

    return FontProperties(fname=str(files("mplfonts") / "fonts" / "NotoSansCJKsc-Regular.otf"), size=size)
