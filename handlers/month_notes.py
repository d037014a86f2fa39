"""What the reporter reads of the month's accounts beside what he reported (P2)."""

from bot.routing import Turn
from handlers.month_words import called
from handlers.telling import tell
from storage import months, report_figures
from storage.directory import Project


def of_report(project: Project, report_id: int, turn: Turn) -> str:
    """That his report hands the month over, or came after its close and is only kept; else nothing."""
    if turn.rules.regime.months is None:
        return ""
    late = report_figures.late_of(turn.tx, [report_id])
    if late:
        closed = called(late[-1], turn)
        return f"{closed}已经关账，这个数留在记录里，不改{closed}的账；要改请重点办核增核减。"
    handed = months.handed_over_by(turn.tx, report_id)
    if not handed:
        return ""
    month = handed[-1]
    state = months.month_state(turn.tx, *month)
    if state.due_at is not None and turn.now >= state.due_at:
        tell(
            turn,
            turn.directory.office_people(project.area_id),
            "month-handed-over",
            f"{project.short}{called(month, turn)}账补交了，请核对",
            project=project,
            answer=f"对的回“{project.short}{month[1]}月数确认”；不对回“{month[1]}月{project.short}不对，差…万”。",
            why="月账由您确认",
        )
    return f"算{called(month, turn)}交账，等{'县里' if project.area_id is not None else '市重点办'}确认。"
