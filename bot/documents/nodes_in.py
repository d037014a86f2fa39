"""Nodes of wall charts from a sheet: one row a node, with its project, its day and, if it is done, that day."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from bot.documents import sheets, tables
from bot.documents.faults import DocumentError, Fault
from bot.documents.sheets import Cell
from bot.documents.tables import clean

_NAMES = {"project": "项目", "node": "节点", "planned": "计划", "done": "实际"}
_DAY = re.compile(r"(20\d\d)[-./年](\d{1,2})[-./月](\d{1,2})日?(?: 00:00:00)?")
_LONGEST = 30


@dataclass(frozen=True, slots=True)
class NodeRow:
    """`project` as the file has it: a number of the ledger, or a name."""

    project: str
    node: str
    planned: date
    done: date | None
    row: int


def read_nodes(data: bytes, filename: str) -> tuple[NodeRow, ...]:
    """Read the nodes; an empty project is that of the row above. Raises DocumentError with every fault."""
    table = tables.find(sheets.read(data, filename), "nodes", ("project", "node", "planned"), _NAMES)
    rows: list[NodeRow] = []
    faults: list[Fault] = []
    project = ""
    for number, cells in table.rows:
        project = sheets.text_of(table.cell(cells, "project")).strip() or project
        node = clean(sheets.text_of(table.cell(cells, "node")))
        planned, done = (_day(table.cell(cells, meaning)) for meaning in ("planned", "done"))
        if not project:
            faults.append(table.fault(number, "project", "没有写是哪个项目"))
        elif not 2 <= len(node) <= _LONGEST:
            faults.append(table.fault(number, "node", f"节点名称要2到{_LONGEST}个字"))
        elif not isinstance(planned, date):
            faults.append(table.fault(number, "planned", "计划日期要写成 2025-10-15"))
        elif isinstance(done, str):
            faults.append(table.fault(number, "done", "实际完成日期要写成 2025-10-15，没完成就空着"))
        else:
            rows.append(NodeRow(project, node, planned, done, number))
    if not rows and not faults:
        faults.append(Fault("表头下面没有节点", table.sheet))
    if faults:
        raise DocumentError(faults)
    return tuple(rows)


def _day(cell: Cell) -> date | str | None:
    """The day of a cell; None of an empty one, its words where it is no day."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    words = sheets.text_of(cell).strip()
    if not words:
        return None
    match = _DAY.fullmatch(words)
    try:
        return date(int(match[1]), int(match[2]), int(match[3])) if match else words
    except ValueError:
        return words
