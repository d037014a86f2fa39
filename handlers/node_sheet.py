"""节点表: the nodes of several projects in a sheet sent with the words “节点表” (P7). All of it counts, or nothing."""

import re
from datetime import date

from bot.documents.faults import DocumentError
from bot.documents.nodes_in import NodeRow, read_nodes
from bot.mechanism.milestones import Node, Way
from bot.routing import Refusal, Reply, Router, Turn
from handlers import rights
from handlers.milestones import must_lay_out
from handlers.stalled import project_named
from storage import attachments, milestones
from storage.directory import Project
from storage.milestones import By

router = Router()

_SHEETS = (".xlsx", ".xls", ".ods", ".csv")
_SHOWN = 5


@router.phrase(
    r"(?:报|上报|导入|上传|这是|请导入)?(?:项目)?(?:关键|工程)?节点(?:计划)?(?:表|清单)(?:如下|见附件|在附件|附后)?[。！!]?"
)
def take_sheet(match: re.Match[str], turn: Turn) -> Reply | None:
    """Lay out the nodes of each project of the sheet; those that stood and are not done give way."""
    files = [
        one for one in attachments.named(turn.tx, turn.attachments) if one["name"].lower().endswith(_SHEETS)
    ]
    if not files:
        raise Refusal("请把节点表（xlsx，四列：项目、节点、计划、实际）和“节点表”三个字一起发来。")
    rows = [row for one in files for row in _read(one["id"], one["name"], turn)]
    found: dict[int, list[NodeRow]] = {}
    faults: list[str] = []
    for row in rows:
        project = _project(row.project, turn)
        if project is None:
            faults.append(f"第{row.row}行：台账里没有“{row.project[:20]}”")
        elif not rights.reports_on(turn.directory, turn.sender, project):
            faults.append(f"第{row.row}行：{project.short}的节点由它的联络员或重点办排")
        elif any(one.node == row.node for one in found.get(project.id, ())):
            faults.append(f"第{row.row}行：{project.short}有两个“{row.node}”")
        elif row.done is not None and row.done > turn.today:
            faults.append(f"第{row.row}行：实际完成日期还没有到")
        else:
            found.setdefault(project.id, []).append(row)
    _refuse(faults)
    by = By(turn.now, turn.writer.id, turn.on_behalf, turn.text, turn.inbox_id)
    for project_id, mine in found.items():
        must_lay_out(turn.directory.projects[project_id], turn)
        nodes = [Node(one.node, one.planned) for one in mine]
        stood = milestones.lay_out(turn.tx, project_id, nodes, Way.SHEET, by, replaces=True)
        done: dict[str, date] = {one.node: one.done for one in mine if one.done is not None}
        for one in stood:
            if one.name in done and one.done != done[one.name]:
                milestones.finish(turn.tx, one, done[one.name], by)
    names = "、".join(turn.directory.projects[one].short for one in list(found)[:_SHOWN])
    more = f"等{len(found)}个项目" if len(found) > _SHOWN else ""
    return Reply(f"节点表收到：{names}{more}，共{len(rows)}个节点。看一个回“项目名节点”，都不要回“撤销”。")


def _read(file_id: str, name: str, turn: Turn) -> tuple[NodeRow, ...]:
    row = attachments.body_of(turn.tx, file_id)
    if row is None or not row.size:
        raise Refusal(f"{name}还没有收到，请过一会儿再发一次“节点表”和文件。")
    try:
        return read_nodes(row.body, name)
    except DocumentError as error:
        _refuse([str(fault) for fault in error.faults])
        raise


def _refuse(faults: list[str]) -> None:
    if faults:
        more = f"；等{len(faults)}处" if len(faults) > _SHOWN else ""
        raise Refusal(
            f"节点表有{len(faults)}处不对，一行都没有记：{'；'.join(faults[:_SHOWN])}{more}。请改好再发。"
        )


def _project(words: str, turn: Turn) -> Project | None:
    if words.isdigit() and len(words) <= 4:
        return turn.directory.project_numbered(int(words))
    exact = [one for one in turn.directory.ledger if "".join(one.name.split()) == "".join(words.split())]
    return exact[0] if len(exact) == 1 else project_named(words, turn)
