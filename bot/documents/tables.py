"""A sheet as a table: where its headings are, which column means what, and the rows below. Pure."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise

from bot.documents.faults import DocumentError, Fault
from bot.documents.sheets import Cell, Sheet, column_letter, is_blank, text_of

_SEARCHED = 15  # rows from the top in which headings are looked for
_TALLEST = 3  # rows of headings
_LONGEST = 20  # characters of a heading in a further row
_ASIDE = re.compile(r"[（(][^）)]*[）)]")
_YEAR = re.compile(r"20\d\d年?度?")
_HAN = r"[\u3001-\u303f\u3400-\u9fff\uff00-\uffef·]"
_HAN_GAP = re.compile(rf"(?<={_HAN})\s+(?={_HAN})")


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
    typed: bool

    def cell(self, row: Sequence[Cell], meaning: str) -> Cell:
        """The cell of that column; None if there is no such column."""
        heading = self.headings.get(meaning)
        return row[heading.place] if heading is not None and heading.place < len(row) else None

    def fault(self, row: int, meaning: str, reason: str) -> Fault:
        """A fault in a cell."""
        heading = self.headings.get(meaning)
        return Fault(reason, self.sheet, row, heading.called if heading else "")

    def too_long(self, row: int, cells: Sequence[Cell], longest: Mapping[str, int]) -> list[Fault]:
        """Cells of the row with more characters than their column may have."""
        lengths = {meaning: len(clean(self.cell(cells, meaning))) for meaning in longest}
        return [
            self.fault(row, meaning, f"太长：{length}字，最多{longest[meaning]}字")
            for meaning, length in lengths.items()
            if length > longest[meaning]
        ]


def clean(cell: Cell) -> str:
    """Text on one line: “绛 县” → 绛县; spaces beside Latin letters and digits stay (G108 新绛)."""
    return _HAN_GAP.sub("", " ".join(text_of(cell).split()))


@cache
def synonyms(kind: str) -> Mapping[str, tuple[str, ...]]:
    """What headings a column may have, by meaning."""
    data = tomllib.loads((resources.files("bot.documents") / "headers.toml").read_text("utf-8"))
    return {meaning: tuple(_bare(word) for word in words) for meaning, words in data[kind].items()}


def find(
    sheets: Sequence[Sheet],
    kind: str,
    needed: Sequence[str],
    names: Mapping[str, str],
    year: int | None = None,
) -> Table:
    """The table among the visible sheets; of columns that differ by their year only, the one of `year`.

    Raises DocumentError if no sheet has the needed columns, or more than one has.
    """
    if all(is_blank(row) for sheet in sheets for row in sheet.rows):
        raise DocumentError([Fault("表格里什么也没有")])
    if all(sheet.hidden for sheet in sheets):
        raise DocumentError([Fault("工作表都隐藏了，请取消隐藏要导入的那一张")])
    tables: list[Table] = []
    best: tuple[list[str], str] | None = None
    for sheet in sheets:
        if sheet.hidden or all(is_blank(row) for row in sheet.rows):
            continue
        top, height, headings = _best_headings(sheet, kind, year)
        missing = [meaning for meaning in needed if meaning not in headings]
        if not missing:
            tables.append(_table(sheet, top, height, headings))
        elif "name" in headings and (best is None or len(missing) < len(best[0])):
            best = (missing, sheet.name)
    filled = [table for table in tables if table.rows]
    if len(filled) > 1:
        said = "、".join(f"“{table.sheet}”" for table in filled)
        raise DocumentError(
            [Fault(f"有{len(filled)}张工作表都像要读的表：{said}；请只留一张，其余隐藏或删掉")]
        )
    if tables:
        return (filled or tables)[0]
    if best is None:
        raise DocumentError([Fault(f"没找到表头：表里应有{'、'.join(names[one] for one in needed)}这些列")])
    raise DocumentError([Fault(f"缺这些列：{'、'.join(names[one] for one in best[0])}", best[1])])


def _best_headings(sheet: Sheet, kind: str, year: int | None) -> tuple[int, int, dict[str, Heading]]:
    """Where the headings begin, over how many rows they go, and what they mean: the reading that tells most."""
    best: tuple[int, int, dict[str, Heading]] = (0, 1, {})
    most = (0, 0)
    for top in range(min(_SEARCHED, len(sheet.rows))):
        if len(_headings([_words(sheet.rows[top])], kind, year)) < 2:
            continue
        for height in range(1, _TALLEST + 1):
            if height > 1 and not _may_be_headings(sheet.rows[top + height - 1 : top + height]):
                break
            headings = _headings(_filled([_words(row) for row in sheet.rows[top : top + height]]), kind, year)
            told = (len(headings), sum(1 for heading in headings.values() if "元" in heading.words))
            if told > most:
                best, most = (top, height, headings), told
    return best


def _may_be_headings(rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether this can be a further row of headings: short words, no figures."""
    words = [word for row in rows for word in _words(row) if word]
    return bool(words) and all(
        len(word) <= _LONGEST and not word[0].isdigit() for word in words if not _YEAR.match(word)
    )


def _words(row: Sequence[Cell]) -> list[str]:
    return [clean(cell) for cell in row]


def _filled(rows: list[list[str]]) -> list[list[str]]:
    """A heading over several columns stands in each of them, also where the file knows no merged cells."""
    width = max(len(row) for row in rows)
    rows = [row + [""] * (width - len(row)) for row in rows]
    for upper, lower in pairwise(rows):
        for place in range(1, width):
            if not upper[place] and lower[place]:
                upper[place] = upper[place - 1]
    return rows


def _table(sheet: Sheet, top: int, height: int, headings: dict[str, Heading]) -> Table:
    repeated = [_words(row) for row in sheet.rows[top : top + height]]
    below = tuple(
        (number, row)
        for number, row in enumerate(sheet.rows[top + height :], top + height + 1)
        if not is_blank(row) and _words(row) not in repeated and not _counts_columns(row)
    )
    return Table(sheet.name, headings, sheet.rows[:top], below, sheet.typed)


def _counts_columns(row: Sequence[Cell]) -> bool:
    """The row 1, 2, 3 … that numbers the columns of a form."""
    words = _words(row)
    return len(words) > 2 and words == [str(place) for place in range(1, len(words) + 1)]


def _headings(rows: list[list[str]], kind: str, year: int | None) -> dict[str, Heading]:
    found: dict[str, Heading] = {}
    words = ["".join(dict.fromkeys(part for part in column if part)) for column in zip(*rows, strict=True)]
    taken: set[int] = set()
    for whole in (True, False):
        for meaning, spellings in synonyms(kind).items():
            if meaning in found:
                continue
            places = [
                place
                for place, said in enumerate(words)
                if place not in taken and said and _means(said, rows[-1][place], spellings, whole)
            ]
            if places:
                place = max(places, key=lambda place: (_year_in(words[place], year), -place))
                found[meaning] = Heading(place, words[place])
                taken.add(place)
    return found


def _means(said: str, last: str, spellings: Sequence[str], whole: bool) -> bool:
    """Whether a heading (`last` is its lowest row) is one of the spellings; if not `whole`, holds one."""
    bare = _bare(said)
    if whole:
        return bool({bare, _bare(last)} & {one.removeprefix("=") for one in spellings})
    if any(word in bare for word in synonyms("never")["in_a_heading"]):
        return False
    return any(len(one) > 1 and one in bare for one in spellings)


def _year_in(words: str, year: int | None) -> int:
    """How well a heading's year fits: the wanted one best, else the later one."""
    years = [int(said[:4]) for said in _YEAR.findall(words)]
    return 9999 if year in years else max(years, default=0)


def _bare(words: str) -> str:
    plain = unicodedata.normalize("NFKC", words).replace(" ", "")
    kept = _ASIDE.sub("", plain)
    # “计划(实际)开工时间” and “县（市、区）” are told by what the brackets hold.
    return _YEAR.sub("", kept if len(kept) > 1 else plain)
