"""Months however an office writes them. Pure."""

import re
from datetime import date

from bot.documents.sheets import Cell
from bot.documents.tables import clean

_EMPTY = frozenset({"", "-", "—", "——", "/", "无", "待定"})
# What stands around a month without changing it: （实际）, 已于…开工, 计划…竣工.
_AROUND = re.compile(
    r"[（(](?:实际|计划|预计)[）)]|^(?:已于|已|拟于|拟|实际|计划|预计)|(?:开工|竣工|完工|建成|投产)$"
)
_ACTUAL = re.compile(r"实际|^已")
_MONTH = re.compile(
    r"^(?P<year>(?:19|20)\d\d|\d\d(?=\s*年))\s*[年./-]\s*(?P<month>\d{1,2})\s*月?"
    r"(?:\s*[./-]?\s*\d{1,2}\s*日?)?(?:[前底初中旬上下]|左右)*$"
)
_RUN = re.compile(r"^(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?:\d\d)?$")
_PART = re.compile(
    r"^(?P<year>(?:19|20)\d\d)\s*年?\s*(?P<part>底|末|年底|年末|初|年初|中|年中|上半年|下半年|[一二三四]季度)$"
)
_PART_MONTH = {
    "底": 12, "末": 12, "年底": 12, "年末": 12, "初": 1, "年初": 1, "中": 6, "年中": 6,
    "上半年": 6, "下半年": 12, "一季度": 3, "二季度": 6, "三季度": 9, "四季度": 12,
}  # fmt: skip
_BARE_YEAR = re.compile(r"^(?:19|20)\d\d\s*年?$")


def month_of(cell: Cell, typed: bool = True) -> tuple[str | None, str]:
    """(2025-10, "") of a month however written; (None, why in Chinese) if it is none or could be two.

    A number 2025.1 may have been 2025.10, and so may 2025.1 in a file whose cells have no types
    (csv: `typed` is False). An empty cell, a dash and 待定 are (None, "").
    """
    if isinstance(cell, date):
        return f"{cell.year}-{cell.month:02d}", ""
    said = clean(cell)
    if said in _EMPTY:
        return None, ""
    if (isinstance(cell, float) or not typed) and re.fullmatch(r"(?:19|20)\d\d\.1", said):
        year = said[:4]
        return None, f"{said} 可能是{year}年1月，也可能是{year}年10月，请写成 {year}-01 或 {year}-10"
    bare = _AROUND.sub("", _AROUND.sub("", said)).strip()
    if match := _MONTH.match(bare) or _RUN.match(bare):
        year, month = match["year"] if len(match["year"]) == 4 else "20" + match["year"], int(match["month"])
        if 1 <= month <= 12:
            return f"{year}-{month:02d}", ""
        return None, f"没有{month}月：“{said}”"
    if match := _PART.match(bare):
        return f"{match['year']}-{_PART_MONTH[match['part']]:02d}", ""
    if _BARE_YEAR.match(bare):
        return None, f"只有年份“{said}”，请写到月，如 {bare[:4]}-10"
    return None, f"看不懂的时间“{said}”，请写成 2025-10"


def is_actual(cell: Cell) -> bool:
    """Whether the cell itself says that it has happened: “2025年3月（实际）”, “已于2025年3月开工”."""
    return bool(_ACTUAL.search(clean(cell)))
