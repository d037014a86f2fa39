"""Photos and files of reports and tickets, for who may see the project or the ticket that they belong to."""

from bot.visiting import Asked, File, NotToSee, PageRouter, Visitor
from handlers import rights
from storage import attachments, reports, tickets
from storage.database import Tx

router = PageRouter()


@router.get("/files/{id}")
def file(tx: Tx, visitor: Visitor, asked: Asked) -> File:
    """A file that came with a message, if he may see something that the message caused."""
    row = attachments.body_of(tx, asked["id"])
    if row is None or not row.size or row.inbox_id is None or not _may_see(tx, visitor, row.inbox_id):
        raise NotToSee("没有这个文件，或者不在您能看的范围里。")
    return File(row.body, row.type, row.name)


def _may_see(tx: Tx, visitor: Visitor, inbox_id: int) -> bool:
    directory, who = visitor.directory, visitor.person
    told_of = {one.project_id for one in reports.of_message(tx, inbox_id)}
    if any(rights.sees_project(directory, who, directory.projects[one]) for one in told_of):
        return True
    ids = {step.ticket_id for step in tickets.last_steps_by(tx, inbox_id)}
    return any(rights.sees_ticket(directory, who, one) for one in tickets.by_id(tx, ids))
