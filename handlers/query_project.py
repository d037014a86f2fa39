"""项目卡片: what stands of one project, on one screen."""

from collections.abc import Mapping

from bot import lamps
from bot.acts import Scope
from bot.calendar import day_of
from bot.routing import Refusal, Reply, Turn
from bot.wording import BUILD_KIND, STATUS, TIER, date_words, money, number
from handlers import rights
from handlers.corrections import card_line, figures_line
from handlers.figures import of_plan, recorded, said, span, year_begins
from handlers.linking import details_line
from handlers.stalled import standing_still
from storage import reports, tickets
from storage.directory import Project
from storage.reports import Report

_MOST_TICKETS = 6


def project_card(project_number: int | None, turn: Turn) -> Reply:
    """The card, for who may see the project; a unit that acts for it reads its own tickets there alone."""
    project = rights.must_know_project(turn, project_number)
    scope = turn.directory.scope_of(turn.sender)
    open_ones = [one for one in tickets.of_projects(turn.tx, [project.id]) if rights.may_see(turn, one)]
    if not scope.everything and project.id not in scope.project_ids:
        if not open_ones:
            raise Refusal("没有查到您可以查看的这个项目。您能看的请问“我的项目”或“我的问题”。")
        return Reply("\n".join([f"{project.short}，与您单位有关的：", *_ticket_lines(open_ones, turn)]))
    facts = reports.project_facts(turn.tx, [project.id])[project.id]
    kinds = [
        TIER.get(project.tier, "") if project.tier else "",
        BUILD_KIND.get(project.build_kind, project.build_kind),
        project.area or "市直",
    ]
    lines = [f"{project.name}（{'，'.join(kind for kind in kinds if kind)}）", _plan(project, turn)]
    status = [
        f"形象进度{number(facts.percent)}%" if facts.percent is not None else "",
        f"现状：{STATUS.get(facts.status, facts.status)}" if facts.status else "",
        f"计划{project.finish_month[:4]}年{int(project.finish_month[5:])}月竣工"
        if project.finish_month
        else "",
    ]
    lines.append("，".join(part for part in status if part))
    lines.append(_last_report(project, turn))
    lines += [figures_line(project, turn), card_line(project, turn), standing_still(project, turn)]
    lines += _ticket_lines(open_ones, turn) if open_ones else ["没有在办问题。"]
    if open_ones:
        lines.append(f"看一件请回“{open_ones[0].number}号”。")
    lines.append(details_line(turn, f"/projects/{project.number}"))
    return Reply("\n".join(line for line in lines if line), about={"project": project.number})


def _plan(project: Project, turn: Turn) -> str:
    sums = reports.sums(turn.tx, [project.id], year_begins(turn.today))[project.id]
    parts = [f"总投资{money(project.total_investment)}"]
    parts.append(f"年计划{money(project.annual_plan)}" if project.annual_plan else "今年没有投资计划")
    if "year" in sums:
        invested = sums["year"][0]
        share = f"（{of_plan(invested, project)}）" if project.annual_plan else ""
        parts.append(f"今年累计{money(invested)}{share}")
    elif not sums:
        parts.append("今年累计还没报过")
    elif known := _widest(sums):
        scope, (invested, report) = known
        last = reports.latest(turn.tx, project.id, most=1)
        if not last or last[0].id != report.id:  # else the last report says it
            parts.append(f"{span(scope, report.words, day_of(report.at))}{money(invested)}")
    return "，".join(parts)


def _widest(sums: Mapping[str, tuple[int, Report]]) -> tuple[str, tuple[int, Report]] | None:
    """The sum of the longest span that was said this year."""
    for scope in reversed(list(Scope)):
        if scope in sums:
            return str(scope), sums[scope]
    return next(iter(sums.items()), None)


def _last_report(project: Project, turn: Turn) -> str:
    found = reports.latest(turn.tx, project.id, most=1)
    if not found:
        return "还没有报送过进展。"
    last = found[0]
    reporter = turn.directory.people.get(last.reporter_id)
    who = last.on_behalf or (reporter.signed if reporter else "")
    day = day_of(last.at)
    facts = "，".join(said(recorded(last), project, last.words, day)) or f"“{last.words[:40]}”"
    return f"最近报送：{date_words(day, turn.today)}{who}：{facts}。"


def _ticket_lines(open_ones: list[tickets.Ticket], turn: Turn) -> list[str]:
    limits = tickets.deadlines_of(turn.tx, [one.id for one in open_ones])
    lines = [lamps.line(turn.directory, one, limits[one.id], turn.now) for one in open_ones[:_MOST_TICKETS]]
    if len(open_ones) > _MOST_TICKETS:
        lines.append(f"还有{len(open_ones) - _MOST_TICKETS}件，回“我的问题”看全部。")
    return lines
