"""撤销 of what was said of months' accounts, plans and funds: as it stood before that message."""

from bot.routing import Turn
from bot.wording import money
from storage import accounts, corrections, funds, month_plans, second_figures


def figures_back(inbox_id: int, turn: Turn) -> list[str]:
    """Take back what that message did to figures; each thing in words."""
    projects = turn.directory.projects
    gone = [
        f"{projects[one].short}的月账确认，重新等您确认"
        for one in accounts.take_confirmation_back(turn.tx, inbox_id, turn.writer.id, turn.now)
    ]
    gone += [
        f"{projects[row.project_id].short}{row.month}月{'核增' if row.yuan > 0 else '核减'}{money(abs(row.yuan))}"
        for row in accounts.take_adjustment_back(turn.tx, inbox_id, turn.writer.id, turn.now)
    ]
    gone += [
        f"{projects[row.project_id].short if row.project_id else '全市固投'}1—{row.month}月{row.source}口径{money(row.yuan)}"
        for row in second_figures.take_back(turn.tx, turn.now, inbox_id=inbox_id)
    ]
    planned = month_plans.take_back(turn.tx, inbox_id, turn.now)
    gone += [f"{projects[one].short}的月计划" for one in dict.fromkeys(row.project_id for row in planned)]
    gone += [
        f"{projects[row.project_id].short}的{row.fund}"
        for row in funds.take_back(turn.tx, inbox_id, turn.now)
    ]
    gone += [f"{projects[one].short}的纠偏计划" for one in corrections.take_back(turn.tx, inbox_id, turn.now)]
    return gone
