"""What projects are called besides their names: one row a project, its nicknames in one cell."""

import re
from dataclasses import dataclass

from bot.documents import sheets, tables
from bot.documents.faults import DocumentError, Fault
from bot.documents.tables import clean

_NAMES = {"project": "项目", "nicknames": "叫法"}
_PARTS = re.compile(r"[|｜、，,；;/\n]")


@dataclass(frozen=True, slots=True)
class NicknameRow:
    """`project` as the file has it: a number of the ledger, or a name."""

    project: str
    nicknames: tuple[str, ...]
    row: int


def read_nicknames(data: bytes, filename: str) -> tuple[NicknameRow, ...]:
    """Read the nicknames. Raises DocumentError with every fault."""
    table = tables.find(sheets.read(data, filename), "nicknames", ("project", "nicknames"), _NAMES)
    rows: list[NicknameRow] = []
    faults: list[Fault] = []
    for number, cells in table.rows:
        project = sheets.text_of(table.cell(cells, "project")).strip()
        parts = [clean(part) for part in _PARTS.split(sheets.text_of(table.cell(cells, "nicknames")))]
        nicknames = tuple(dict.fromkeys(part for part in parts if part))
        if not project:
            faults.append(table.fault(number, "project", "没有写是哪个项目"))
        elif not nicknames:
            faults.append(table.fault(number, "nicknames", "没有写叫法"))
        else:
            rows.append(NicknameRow(project, nicknames, number))
    if not rows and not faults:
        faults.append(Fault("表头下面没有叫法", table.sheet))
    if faults:
        raise DocumentError(faults)
    return tuple(rows)
