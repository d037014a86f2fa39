"""Bars by name on a picture for a phone, with a text above and a note below. Pure; matplotlib is loaded when asked for."""

import io
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

_ACCENT, _TRACK, _GREY, _INK = "#2b6cb0", "#f2f4f7", "#666666", "#222222"
_FONT = "NotoSansCJKsc-Regular.otf"
_WIDTH, _ROW, _ROOM = 6.0, 0.36, 2.1  # inches
_LETTERS = 37  # whole characters of a line


@dataclass(frozen=True, slots=True)
class Bar:
    """A row: its place (or nothing), its name, its length, and what is said of that."""

    place: str
    name: str
    value: float
    said: str


@dataclass(frozen=True, slots=True)
class Picture:
    """What stands on it. Bars are of a hundred, or of the longest if that is more."""

    title: str
    under_title: str
    text: str
    caption: str
    bars: tuple[Bar, ...]
    note: str


def bars_png(picture: Picture) -> bytes:
    """A .png, twice as sharp as a phone shows it: its width is that of a screen, its height that of the list."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    font = _font()
    text, note = _folded(picture.text), _folded(picture.note)
    height = _ROOM + _ROW * len(picture.bars) + 0.22 * (len(note) + len(text))
    figure = Figure(figsize=(_WIDTH, height), dpi=200, facecolor="white")
    FigureCanvasAgg(figure)

    def put(inches: float, words: str, size: float, color: str = _INK, spacing: float = 1.0) -> None:
        where = (0.05, 1 - inches / height)
        figure.text(
            *where, words, fontproperties=font, fontsize=size, color=color, va="top", linespacing=spacing
        )

    put(0.25, picture.title, 15)
    put(0.62, picture.under_title, 9.5, _GREY)
    put(0.95, "\n".join(text), 10, spacing=1.5)
    top = 1.25 + 0.22 * len(text)
    if picture.bars:
        put(top, picture.caption, 11)
        _bars(figure, picture.bars, height, top + 0.35, font)
    put(height - 0.3 - 0.2 * len(note), "\n".join(note), 8.5, _GREY, 1.5)
    out = io.BytesIO()
    figure.savefig(out, format="png")
    return out.getvalue()


def _bars(figure: Any, bars: tuple[Bar, ...], height: float, top: float, font: Any) -> None:
    tall = _ROW * len(bars)
    axes = figure.add_axes((0.26, 1 - (top + tall) / height, 0.68, tall / height))
    whole = max(100.0, *(bar.value for bar in bars))
    axes.barh(range(len(bars)), [whole] * len(bars), height=0.62, color=_TRACK)
    axes.barh(range(len(bars)), [bar.value for bar in bars], height=0.62, color=_ACCENT)
    for row, bar in enumerate(bars):
        inside = bar.value > whole * 0.85
        at = bar.value + whole * (-0.015 if inside else 0.015)
        for x, words, side, size, color in (
            (-whole * 0.31, bar.place, "left", 10, _GREY),
            (-whole * 0.02, bar.name, "right", 10, _INK),
            (at, bar.said, "right" if inside else "left", 9.5, "white" if inside else _INK),
        ):
            axes.text(x, row, words, ha=side, va="center", fontproperties=font, fontsize=size, color=color)
    axes.set_xlim(0, whole)
    axes.set_ylim(len(bars) - 0.5, -0.5)
    axes.axis("off")


def _folded(words: str) -> list[str]:
    """Lines that fit the picture."""
    lines, line, wide = [], "", 0.0
    for sign in words:
        wide += 0.56 if sign.isascii() else 1.0
        if wide > _LETTERS and sign not in "，。；：、）%":
            lines.append(line)
            line, wide = "", 1.0
        line += sign
    return [*lines, line] if line else lines


def _font() -> Any:
    """Noto's Chinese font, from its package."""
    from matplotlib.font_manager import FontProperties, fontManager

    spec = find_spec("mplfonts")
    assert spec is not None
    assert spec.origin is not None
    file = Path(spec.origin).parent / "fonts" / _FONT
    if str(file) not in {one.fname for one in fontManager.ttflist}:
        fontManager.addfont(str(file))
    return FontProperties(fname=str(file))
