"""照片: files that were sent without words join the progress or the blocker that was reported just before."""

import re
from datetime import timedelta

from bot.routing import Reply, Router, Turn
from handlers.claims import said_of_reuse
from storage import attachments, effects, proof, reports, tickets

router = Router()


@router.phrase(r"")
def join_last(match: re.Match[str], turn: Turn) -> Reply | None:
    """Keep the files with the report or the ticket of some minutes ago; None if it was neither."""
    if not turn.attachments:
        return None
    caused = effects.lately(turn.tx, turn.chat.channel, turn.chat.account, turn.inbox_id)
    if (
        not caused
        or caused[0].is_undone
        or turn.now - caused[0].at > timedelta(minutes=turn.rules.regime.together_minutes)
    ):
        return None
    last = caused[0].inbox_id
    about = [turn.directory.projects[one.project_id].short for one in reports.of_message(turn.tx, last)]
    steps = [step for step in tickets.last_steps_by(turn.tx, last) if step.kind in ("report", "joined")]
    found = tickets.by_id(turn.tx, {step.ticket_id for step in steps})
    about += [f"{one.number}号" for one in found]
    if not about:
        return None
    attachments.join(turn.tx, [turn.inbox_id], last)
    count = len(attachments.of_message(turn.tx, last))
    return Reply(
        f"附件收到，已放进{'、'.join(about)}，现有附件{count}个。{_used_before(last, turn)}",
        about={"ticket": found[0].number} if len(found) == 1 else None,
    )


def _used_before(inbox_id: int, turn: Turn) -> str:
    """That a photo which is to prove what that message claimed was used before."""
    rule = turn.rules.regime.proof
    found = proof.claims_of_message(turn.tx, inbox_id, rule.needs) if rule is not None else []
    return "".join(said_of_reuse(one, turn) for one in found)
