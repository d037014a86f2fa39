"""A sheet as a table: where its headings are, which column means what, and the rows below. Pure."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from bot.documents.faults import DocumentError, Fault
from bot.documents.sheets import Cell, Sheet, column_letter, is_blank, text_of

_SEARCHED = 15  # rows from the top in which headings are looked for
_ASIDE = re.compile(r"[（(][^）)]*[）)]")
_YEAR = re.compile(r"20\d\d年?度?")
_HAN_GAP = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")


@dataclass(frozen=True, slots=True)
class Heading:
    """A column: its place (from 0) and its heading as it stands in the sheet."""

    place: int
    words: str

    @property
    def called(self) -> str:
        """As a fault names it: F“总投资（亿元）”."""
        return f"{column_letter(self.place)}“{self.words}”" if self.words else column_letter(self.place)


@dataclass(frozen=True, slots=True)
class Table:
    """Headings by meaning, the rows above them, and those below with their number in the sheet (from 1)."""

    sheet: str
    headings: Mapping[str, Heading]
    above: tuple[tuple[Cell, ...], ...]
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]

    def cell(self, row: Sequence[Cell], meaning: str) -> Cell:
        """The cell of that column; None if there is no such column."""
        heading = self.headings.get(meaning)
        return row[heading.place] if heading is not None and heading.place < len(row) else None

    def fault(self, row: int, meaning: str, reason: str) -> Fault:
        """A fault in a cell."""
        heading = self.headings.get(meaning)
        return Fault(reason, self.sheet, row, heading.called if heading else "")


def clean(cell: Cell) -> str:
    """Text on one line: “绛 县” → 绛县; spaces beside Latin letters and digits stay (G108 新绛)."""
    return _HAN_GAP.sub("", " ".join(text_of(cell).split()))


@cache
def synonyms(kind: str) -> Mapping[str, tuple[str, ...]]:
    """What headings a column may have, by meaning."""
    data = tomllib.loads((resources.files("bot.documents") / "headers.toml").read_text("utf-8"))
    return {meaning: tuple(_bare(word) for word in words) for meaning, words in data[kind].items()}


def find(sheets: Sequence[Sheet], kind: str, needed: Sequence[str], names: Mapping[str, str]) -> Table:
    """The table among the visible sheets. Raises DocumentError if none has the needed columns."""
    best: tuple[list[str], str] | None = None
    for sheet in sheets:
        if sheet.hidden or all(is_blank(row) for row in sheet.rows):
            continue
        for top in range(min(_SEARCHED, len(sheet.rows))):
            for height in (1, 2):
                headings = _headings(sheet, top, height, kind)
                missing = [meaning for meaning in needed if meaning not in headings]
                if not missing:
                    return _table(sheet, top, height, headings)
                if "name" in headings and (best is None or len(missing) < len(best[0])):
                    best = (missing, sheet.name)
    if best is None:
        raise DocumentError([Fault(f"没找到表头：表里应有{'、'.join(names[one] for one in needed)}这些列")])
    raise DocumentError([Fault(f"缺这些列：{'、'.join(names[one] for one in best[0])}", best[1])])


def _table(sheet: Sheet, top: int, height: int, headings: dict[str, Heading]) -> Table:
    # The one-row reading may already hold all that is needed while a second row of headings follows.
    if height == 1 and top + 1 < len(sheet.rows) and _is_second_row(sheet.rows[top], sheet.rows[top + 1]):
        height = 2
    below = tuple(
        (number, row)
        for number, row in enumerate(sheet.rows[top + height :], top + height + 1)
        if not is_blank(row)
    )
    return Table(sheet.name, headings, sheet.rows[:top], below)


def _is_second_row(first: Sequence[Cell], second: Sequence[Cell]) -> bool:
    """Headings that are merged over two rows stand in both."""
    same = sum(1 for a, b in zip(first, second, strict=False) if text_of(a) and text_of(a) == text_of(b))
    return same >= 3


def _headings(sheet: Sheet, top: int, height: int, kind: str) -> dict[str, Heading]:
    rows = sheet.rows[top : top + height]
    if len(rows) < height or len({clean(cell) for cell in rows[0] if clean(cell)}) < 2:
        return {}
    found: dict[str, Heading] = {}
    width = max(len(row) for row in rows)
    words = []
    for place in range(width):
        parts = [clean(row[place]) for row in rows if place < len(row)]
        words.append("".join(dict.fromkeys(part for part in parts if part)))
    taken: set[int] = set()
    for exact in (True, False):
        for meaning, spellings in synonyms(kind).items():
            if meaning in found:
                continue
            for place, said in enumerate(words):
                if place in taken or not said:
                    continue
                bare = _bare(said)
                if bare in spellings if exact else any(len(one) > 1 and one in bare for one in spellings):
                    found[meaning] = Heading(place, said)
                    taken.add(place)
                    break
    return found


def _bare(words: str) -> str:
    plain = unicodedata.normalize("NFKC", words).replace(" ", "")
    kept = _ASIDE.sub("", plain)
    # “计划(实际)开工时间” and “县（市、区）” are told by what the brackets hold.
    return _YEAR.sub("", kept if len(kept) > 1 else plain)
