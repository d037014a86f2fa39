"""The tables, one file for each kind of thing. A city is a database (docs/architecture.md says why), so
rows carry no city."""

from storage.tables.base import Id, Moment, metadata
from storage.tables.batches import batch, batch_project
from storage.tables.bulletins import bulletin, bulletin_step, exemption, objection
from storage.tables.city import (
    account,
    area,
    bind_request,
    chat_group,
    group_step,
    person,
    person_role,
    setting,
    substitute,
    unit,
)
from storage.tables.desk import desk_step, sheet_reading
from storage.tables.events import project_event, spot_check
from storage.tables.incoming import inbox, inbox_key, lane, question, remembered
from storage.tables.milestones import milestone, milestone_step
from storage.tables.month_ends import month_end
from storage.tables.months import (
    account_month,
    correction,
    figure_adjustment,
    fund_report,
    month_account,
    month_plan,
    report_figure,
    second_figure,
)
from storage.tables.outgoing import (
    attempt,
    media,
    message,
    notice,
    rate_use,
    read_receipt,
    reply_handle,
    sent_ref,
)
from storage.tables.papers import paper
from storage.tables.projects import (
    ledger_entry,
    project,
    project_step,
    report,
    responsibility,
    special_report,
    standstill_rung,
)
from storage.tables.records import change, console_line, import_run, regime_text, run
from storage.tables.reserve import area_task, reserve_project
from storage.tables.rounds import counted_event, handover, question_round, round_asked
from storage.tables.supervision import supervision_order
from storage.tables.tickets import attachment, deadline, instruction, rung, ticket, ticket_step, ticket_unit
from storage.tables.web import link, link_session

__all__ = [
    "Id",
    "Moment",
    "account",
    "account_month",
    "area",
    "area_task",
    "attachment",
    "attempt",
    "batch",
    "batch_project",
    "bind_request",
    "bulletin",
    "bulletin_step",
    "change",
    "chat_group",
    "console_line",
    "correction",
    "counted_event",
    "deadline",
    "desk_step",
    "exemption",
    "figure_adjustment",
    "fund_report",
    "group_step",
    "handover",
    "import_run",
    "inbox",
    "inbox_key",
    "instruction",
    "lane",
    "ledger_entry",
    "link",
    "link_session",
    "media",
    "message",
    "metadata",
    "milestone",
    "milestone_step",
    "month_account",
    "month_end",
    "month_plan",
    "notice",
    "objection",
    "paper",
    "person",
    "person_role",
    "project",
    "project_event",
    "project_step",
    "question",
    "question_round",
    "rate_use",
    "read_receipt",
    "regime_text",
    "remembered",
    "reply_handle",
    "report",
    "report_figure",
    "reserve_project",
    "responsibility",
    "round_asked",
    "run",
    "rung",
    "second_figure",
    "sent_ref",
    "setting",
    "sheet_reading",
    "special_report",
    "spot_check",
    "standstill_rung",
    "substitute",
    "supervision_order",
    "ticket",
    "ticket_step",
    "ticket_unit",
    "unit",
]
