"""A photo that was used before, said in the claim and to the office: when the claim is made, or once it is fetched."""

from collections.abc import Sequence
from datetime import date, timedelta

from bot.calendar import day_of
from bot.mechanism.proof import claim_words
from bot.mechanism.rules import Rules
from bot.wording import date_words
from storage import outbox, proof, tickets
from storage.database import Tx
from storage.directory import Directory
from storage.proof import Claim, Used


def reused(tx: Tx, claim: Claim, rules: Rules) -> list[Used]:
    """Files of the claim's message that were used before."""
    if claim.inbox_id is None:
        return []
    together = timedelta(minutes=rules.regime.together_minutes)
    return proof.used_before(tx, claim.inbox_id, claim.project_id, claim.at - together)


def used_words(tx: Tx, used: Sequence[Used], directory: Directory, today: date) -> str:
    """现场.jpg 9月10日已用于G108改扩建."""
    found = []
    for one in used:
        project = directory.projects.get(one.project_id)
        where = project.short if project else "别的项目"
        if one.ticket_id is not None:
            where += f"{tickets.by_id(tx, [one.ticket_id])[0].number}号"
        found.append(f"{one.name}{date_words(day_of(one.at), today)}已用于{where}")
    return "，".join(found)


def office_notices(
    tx: Tx, claim: Claim, used: Sequence[Used], directory: Directory, today: date, *, to_claimant: bool
) -> list[outbox.Notice]:
    """The city's office and the county's are told; the claimant too, if he has his answer already."""
    project = directory.projects[claim.project_id]
    words = used_words(tx, used, directory, today)
    who = directory.people.get(claim.by or 0)
    what = claim_words(claim.what)
    files = ",".join(sorted(one.hash[:12] for one in used))
    readers = {one.id: one for one in directory.office_people(None)}
    if project.area_id is not None:
        readers |= {one.id: one for one in directory.office_people(project.area_id)}
    notices = [
        outbox.Notice(
            key=f"photo-reused:{claim.inbox_id}:{files}:{reader.id}",
            kind="photo-reused",
            urgency="event",
            person_id=reader.id,
            project_id=project.id,
            ticket_id=claim.ticket_id,
            line=f"{who.signed if who else ''}报{project.short}{what}，所附照片是用过的：{words}。",
            answer="请核实，需要现场看的回“抽查”。",
            why="佐证照片与以前的是同一个文件",
            inbox_id=claim.inbox_id,
        )
        for reader in readers.values()
        if reader.id != claim.by
    ]
    if to_claimant and who is not None:
        notices.append(
            outbox.Notice(
                key=f"photo-reused:{claim.inbox_id}:{files}:{who.id}",
                kind="photo-reused",
                urgency="event",
                person_id=who.id,
                project_id=project.id,
                ticket_id=claim.ticket_id,
                line=f"您报{project.short}{what}所附的照片是用过的：{words}。",
                answer="请补一张这次现场的照片，或写文号。",
                why="佐证照片与以前的是同一个文件",
                inbox_id=claim.inbox_id,
            )
        )
    return notices
