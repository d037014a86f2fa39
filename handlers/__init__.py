"""What answers a person: one act, or a pair, a file. A new act is one module and one line here."""

from importlib import import_module

from bot.routing import Router

_MODULES = (
    "account_lists",
    "accounts",
    "acknowledge",
    "adjust",
    "adjustments",
    "all_round",
    "bind",
    "blocker",
    "claims",
    "chain",
    "correct",
    "decide",
    "desk",
    "details",
    "dispatch",
    "explained",
    "extend",
    "feedback",
    "grade",
    "groups",
    "instruct",
    "ledger_over_time",
    "memory",
    "moved",
    "nicknames",
    "pause",
    "photos",
    "plan",
    "progress",
    "proof",
    "query",
    "rates",
    "release",
    "reopen",
    "resend",
    "resolve",
    "returning",
    "screening",
    "special_report",
    "spot_checks",
    "sponsorship",
    "stalled",
    "start_plan",
    "substitute",
    "supervise",
    "supplement",
    "told",
    "undo",
    "upward",
    "urge",
    "why",
)

router = Router()
for _name in _MODULES:
    router.include(import_module(f"{__name__}.{_name}").router)
