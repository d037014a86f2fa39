"""佐证: 开工, 复工, 竣工, 投产 are asked for a photo or a document's number; what is still missing is listed.

G108开工照片（附照片）        G108开工文号：运审批〔2025〕12号        缺佐证的有哪些
"""

import re

from bot.acts import Status
from bot.calendar import day_of
from bot.mechanism.proof import claim_words, documents, needs_proof
from bot.reused import office_notices, reused, used_words
from bot.routing import Refusal, Reply, Router, Turn
from bot.wording import date_words
from handlers import rights
from handlers.figures import year_begins
from handlers.paging import page
from handlers.stalled import project_named
from storage import attachments, outbox, proof
from storage.proof import Claim

router = Router()

STATUSES = {
    "开工": Status.STARTED,
    "复工": Status.RESUMED,
    "竣工": Status.COMPLETED,
    "投产": Status.IN_PRODUCTION,
    "达效": Status.AT_CAPACITY,
    "达产": Status.AT_CAPACITY,
    "入统": Status.REGISTERED,
    "入库": Status.REGISTERED,
}


def proof_asked(turn: Turn, status: str | None, inbox_id: int) -> str:
    """What is said of the proof of what was just reported: asked for, or used before. Empty where none is needed."""
    rule = turn.rules.regime.proof
    if rule is None or not needs_proof(status, rule.needs):
        return ""
    parts = []
    for claim in proof.claims_of_message(turn.tx, inbox_id, rule.needs):
        if not claim.is_proven:
            parts.append(
                f"{claim_words(claim.what)}要有佐证：请现在发一张现场照片，或回“{_example(claim, turn)}”。"
            )
        parts.append(said_of_reuse(claim, turn))
    return "".join(dict.fromkeys(parts))


def said_of_reuse(claim: Claim, turn: Turn) -> str:
    """That a photo of the claim was used before, for the claimant; the office is told. Empty if none was."""
    used = reused(turn.tx, claim, turn.rules)
    if not used:
        return ""
    told = office_notices(turn.tx, claim, used, turn.directory, turn.today, to_claimant=False)
    outbox.add_in_hours(turn.tx, told, turn.now, turn.directory, turn.rules)
    words = used_words(turn.tx, used, turn.directory, turn.today)
    return f"所附照片是用过的（{words}），已告诉重点办，请补一张这次现场的。"


def _example(claim: Claim, turn: Turn) -> str:
    return f"{turn.directory.projects[claim.project_id].short}{claim_words(claim.what)}文号：…〔{turn.today.year}〕…号"


@router.phrase(
    r"(?P<what>[^：:\n]{2,40}?)(?:项目)?的?(?P<status>开工|复工|竣工|投产|达效|达产|入统|入库)(?:现场)?的?(?:佐证|照片|文号|证明)"
    r"(?:[：:，,\s]*(?P<words>.*))?"
)
def add_proof(match: re.Match[str], turn: Turn) -> Reply | None:
    """A photo or a number for what was reported before. None where no project is named."""
    project = project_named(match["what"], turn)
    if project is None:
        return None
    rights.must_report_on(turn, project.number)
    what = match["status"]
    claim = proof.last_claim(turn.tx, project.id, STATUSES[what])
    if claim is None:
        raise Refusal(
            f"{project.short}还没有报过{what}，请先报“{project.short}9月20日{what}”，照片一起发来。"
        )
    files = len(attachments.named(turn.tx, turn.attachments))
    if not files and not documents(turn.text):
        raise Refusal(f"没有看到照片或文号。请附照片，或写“{_example(claim, turn)}”。")
    proof.add_proof(
        turn.tx,
        claim,
        by=turn.writer.id,
        on_behalf=turn.on_behalf,
        words=turn.text,
        moment=turn.now,
        inbox_id=turn.inbox_id,
        files=turn.attachments,
    )
    shown = "、".join([*([f"附件{files}个"] if files else []), *documents(turn.text)])
    added = Claim(claim.what, project.id, turn.now, turn.writer.id, turn.inbox_id, turn.text, claim.report_id)
    return Reply(f"{project.short}{what}的佐证记下了：{shown}。{said_of_reuse(added, turn)}")


@router.phrase(
    r"(?:看看?|查|还有?){0,4}(?:有?哪些|谁)?(?:还)?(?:缺|没有?|未附|没附)佐证的?(?:项目|事项)?(?:还?有)?(?:哪些|哪几个|多少|清单)?"
    r"(?:[，,\s]*第(?P<page>\d{1,3})页)?[。？?]?"
)
def list_unproven(match: re.Match[str], turn: Turn) -> Reply | None:
    """缺佐证的有哪些: what was claimed this year and is not proven, of what the sender may see."""
    rule = turn.rules.regime.proof
    if rule is None or turn.text.strip() in ("没佐证", "没有佐证"):
        return None
    if turn.chat.group:
        return Reply("请私聊我问，群里不点名。")
    scope = turn.directory.scope_of(turn.sender)
    since = year_begins(turn.today)
    found = [
        one
        for one in proof.claims(turn.tx, since, rule.needs)
        if not one.is_proven and (scope.everything or one.project_id in scope.project_ids)
    ]
    if not found:
        return Reply("报了开工、复工、竣工、投产和申请销号的，都附了佐证。")
    lines = [_line(one, turn) for one in found]
    return Reply(page(f"缺佐证的{len(lines)}件：", lines, int(match["page"] or 1), "缺佐证的", "件"))


def _line(one: Claim, turn: Turn) -> str:
    project, who = turn.directory.projects[one.project_id], turn.directory.people.get(one.by or 0)
    day = date_words(day_of(one.at), turn.today)
    return f"{project.short}{claim_words(one.what)}（{day}{who.called if who else ''}报）"
