"""A city with the projects of a province: ledger, reports, tickets and limits written straight into its tables."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert, select

from bench import city as cities
from bot.app import City, demo_time
from bot.calendar import end_of_day
from storage import directory, links
from storage.database import Tx
from storage.tables import (
    area,
    deadline,
    ledger_entry,
    project,
    report,
    report_figure,
    responsibility,
    ticket,
    ticket_step,
    ticket_unit,
)

PROJECTS, TICKETS = 1_561, 20_000
NOW = demo_time(cities.START)
_FIELDS = ("industry", "infrastructure", "livelihood")
_KINDS = ("new", "continuing", "continuing", "preliminary")
_DEMO = 30  # projects that the demo brings


def make(folder: Path, projects: int, tickets: int) -> City:
    """So many projects over all counties, each with a report, and so many open tickets, a third of them late."""
    city = cities.make(folder, with_tickets=False)
    city.db.write_now(lambda tx: _fill(tx, city, projects, tickets))
    return city


def office_link(tx: Tx, city: City, address: str) -> str:
    """The token of a link of the city's office to that address."""
    office = city.directory.get(tx).office_people(None)[0]
    return links.make(tx, office.id, links.VIEW, address, datetime.now(UTC), timedelta(days=1))


def _fill(tx: Tx, city: City, projects: int, tickets: int) -> None:
    year, picture = city.config.city.ledger_year, city.directory.get(tx)
    areas = list(tx.execute(select(area.c.id).order_by(area.c.position)).scalars())
    liaison = next(one.id for one in picture.people.values() if one.has("liaison"))
    numbers = range(_DEMO + 1, projects + 1)
    if numbers:
        tx.execute(insert(project), [_project(n, areas) for n in numbers])
        tx.execute(insert(ledger_entry), [_entry(n, year) for n in numbers])
        tx.execute(
            insert(responsibility),
            [
                {"project_id": n, "person_id": liaison, "duty": directory.LIAISON, "main": True}
                for n in numbers
            ],
        )
    every = range(1, projects + 1)
    tx.execute(insert(report), [_report(n, liaison) for n in every])
    tx.execute(insert(report_figure), [_figure(n, year) for n in every])
    units = [one for one in picture.units.values() if picture.contacts(one.id)]
    counted = range(1, tickets + 1)
    tx.execute(insert(ticket), [_ticket(n, projects, liaison, city.rules.regime.sha256) for n in counted])
    tx.execute(
        insert(ticket_unit),
        [
            {"ticket_id": n, "unit_id": units[n % len(units)].id, "part": "lead", "state": "told"}
            for n in counted
        ],
    )
    tx.execute(
        insert(ticket_step), [{"id": n, "ticket_id": n, "at": NOW, "kind": "dispatch"} for n in counted]
    )
    tx.execute(insert(deadline), [_deadline(n, kind) for n in counted for kind in ("feedback", "ordinary")])
    directory.touched(tx)


def _project(n: int, areas: list[int]) -> dict[str, object]:
    return {
        "id": n,
        "name": f"第{n}号标准化厂房及配套基础设施建设项目",
        "owners": ["某某建设投资有限公司"],
        "place": "城区",
        "area_id": areas[n % len(areas)],
        "build_kind": _KINDS[n % len(_KINDS)],
        "field": _FIELDS[n % len(_FIELDS)],
        "tier": "city",
        "start_month": f"2025-{n % 12 + 1:02}",
        "finish_month": "2026-12",
    }


def _entry(n: int, year: int) -> dict[str, object]:
    plan = (n % 50 + 1) * 10_000_000
    return {
        "project_id": n,
        "year": year,
        "number": n,
        "group_name": "某县",
        "total_investment": plan * 3,
        "annual_plan": plan,
        "plan_at_start": plan,
        "entered_at": NOW,
    }


def _report(n: int, who: int) -> dict[str, object]:
    return {
        "id": n,
        "project_id": n,
        "reporter_id": who,
        "at": NOW,
        "invested": [{"scope": "year", "yuan": _invested(n)}],
        "status": ("started", "resumed", None)[n % 3],
        "words": "今年累计",
        "state": "counted",
    }


def _figure(n: int, year: int) -> dict[str, object]:
    return {
        "project_id": n,
        "report_id": n,
        "year": year,
        "month": 8,
        "scope": "year",
        "yuan": _invested(n),
        "since": NOW,
    }


def _invested(n: int) -> int:
    return (n % 50 + 1) * 10_000_000 * (30 + n % 60) // 100


def _ticket(n: int, projects: int, who: int, regime: str) -> dict[str, object]:
    return {
        "id": n,
        "number": n,
        "project_id": n % projects + 1,
        "category": "utilities",
        "title": f"第{n}段供水管线迁改",
        "words": "卡在管线迁改",
        "severity": "ordinary",
        "state": "in_progress" if n % 2 else "dispatched",
        "reporter_id": who,
        "regime_hash": regime,
        "reported_at": NOW - timedelta(days=n % 60),
        "moved_at": NOW,
        "told_at": NOW,
    }


def _deadline(n: int, kind: str) -> dict[str, object]:
    days = n % 30 - 10 + (4 if kind == "ordinary" else 0)
    return {
        "ticket_id": n,
        "kind": kind,
        "step_id": n,
        "start": NOW,
        "due": end_of_day(NOW.date() + timedelta(days=days)),
        "clause": "N4 (十四)",
        "say": "13710第7天",
        "row": "T5",
        "basis": "regime",
    }
