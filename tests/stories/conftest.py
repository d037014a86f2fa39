"""Stories: people write, the clock moves, and what they read is looked at. Told through the console's
HTTP interface, in process."""

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.app import City, demo_time
from bot.calendar import CITY, add_months, at, day_of
from bot.clock import MovableClock
from bot.config import Server
from bot.mechanism.states import State
from storage import tickets
from storage.tickets import DeadlineRow, Ticket
from tests.conftest import START, Databases, demo_config, fill_demo

_LIAISON_21 = "liaison-21"


class Story:
    """A demo city told through its console. People go by their account (`liaison-21`, `contact-swj`)."""

    def __init__(self, city: City, client: TestClient[Any, Any]) -> None:
        self.city = city
        self.client = client
        self._ids = itertools.count(1)
        self._read: dict[str, int] = {}

    @property
    def now(self) -> datetime:
        """The city's time."""
        return self.city.clock.now()

    async def says(
        self, account: str, text: str, *, group: str | None = None, files: Sequence[str] = ()
    ) -> str:
        """The person writes; what the bot answers him (in that chat), as one text."""
        before = await self._last(account, group)
        message = {
            "id": f"s{next(self._ids)}",
            "from": account,
            "group": group,
            "text": text,
            "attachments": list(files),
        }
        response = await self.client.post("/console/api/messages", json=message)
        assert response.status == 202, await response.text()
        await self.city.settle()
        return "\n".join(
            line["text"] for line in await self._lines(account, group, before) if line["from"] == "bot"
        )

    async def presses(self, account: str, label: str) -> str:
        """The person presses the newest button with that label; what the bot answers him."""
        lines = await self._lines(account, None, 0)
        button = next(
            button for line in reversed(lines) for button in line["buttons"] if button["label"] == label
        )
        before = lines[-1]["seq"]
        body = {"id": f"p{next(self._ids)}", "from": account, "button": button["id"]}
        response = await self.client.post("/console/api/press", json=body)
        assert response.status == 202, await response.text()
        await self.city.settle()
        return "\n".join(
            line["text"] for line in await self._lines(account, None, before) if line["from"] == "bot"
        )

    async def reads(self, account: str) -> list[str]:
        """What the bot has written to that person (or group, `group:city`) since this was asked last."""
        group = account.removeprefix("group:") if account.startswith("group:") else None
        after = self._read.get(account, 0)
        lines = await self._lines(account, group, after)
        if lines:
            self._read[account] = lines[-1]["seq"]
        return [line["text"] for line in lines if line["from"] == "bot"]

    async def pass_time(
        self, *, minutes: float = 0, hours: float = 0, days: float = 0, weeks: float = 0, months: int = 0
    ) -> None:
        """Move the clock on; all that falls due on the way is done in order."""
        to = self.now + timedelta(minutes=minutes, hours=hours, days=days, weeks=weeks)
        if months:
            to = at(add_months(day_of(to), months), to.time())
        await self.at(to)

    async def at(self, moment: datetime | str) -> None:
        """Move the clock to that moment (`2025-09-16 09:00`, city time)."""
        to = demo_time(moment) if isinstance(moment, str) else moment
        response = await self.client.post("/console/api/clock", json={"to": to.astimezone(CITY).isoformat()})
        assert response.status == 200, await response.text()

    def open_tickets(self) -> list[int]:
        """Numbers of the tickets that stand in the ledger of problems."""
        return [ticket.number for ticket in self.city.db.read_now(tickets.all_open)]

    def ticket(self, number: int) -> Ticket:
        """The ticket as it is stored."""
        ticket = self.city.db.read_now(lambda tx: tickets.one(tx, number))
        assert ticket is not None, f"no ticket {number}"
        return ticket

    def state(self, number: int) -> str:
        """The ticket's state as people read it."""
        return State(self.ticket(number).state).words

    def limits(self, number: int) -> dict[str, DeadlineRow]:
        """The ticket's running limits by kind."""
        ticket = self.ticket(number)
        rows = self.city.db.read_now(lambda tx: tickets.deadlines_of(tx, [ticket.id]))[ticket.id]
        return {row.kind: row for row in rows if row.runs}

    async def _last(self, account: str, group: str | None) -> int:
        lines = await self._lines(account, group, 0)
        return lines[-1]["seq"] if lines else 0

    async def _lines(self, account: str, group: str | None, after: int) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while True:
            params: dict[str, Any] = {"after": after} | ({"group": group} if group else {"account": account})
            response = await self.client.get("/console/api/messages", params=params)
            assert response.status == 200, await response.text()
            page = await response.json()
            if not page:
                return found
            found += page
            after = page[-1]["seq"]

    # ---- steps that many stories begin with ----

    async def reported(
        self, text: str = "342改线卡在供水管迁改，请市水务局9月30日前解决", by: str = _LIAISON_21
    ) -> int:
        """A blocker is reported; the ticket's number."""
        before = set(self.open_tickets())
        answer = await self.says(by, text)
        new = sorted(set(self.open_tickets()) - before)
        assert len(new) == 1, answer
        return new[0]

    async def dispatched(self, unit: str = "市水务局", text: str | None = None, by: str = _LIAISON_21) -> int:
        """A blocker is reported and the office dispatches it; the ticket's number."""
        number = await (self.reported(text, by) if text else self.reported(by=by))
        await self.says("office-1", f"{number}号交办{unit}")
        assert self.state(number) == "已交办"
        return number


Tell = Callable[..., Awaitable[Story]]


@pytest.fixture
async def tell(databases: Databases) -> AsyncIterator[Tell]:
    """Opens stories: `await tell(at="2025-09-26 16:00", regime="yuncheng-2019")`."""
    opened: list[TestClient[Any, Any]] = []

    async def begin(*, at: str = START, regime: str = "yuncheng-2025", public_url: str = "") -> Story:
        url = databases.make("demo", fill_demo)
        config = demo_config(url, regime).model_copy(update={"server": Server(public_url=public_url)})
        city = City(config, clock=MovableClock(demo_time(at)))
        client = TestClient(TestServer(city.web_app()))
        await client.start_server()
        opened.append(client)
        return Story(city, client)

    yield begin
    for client in opened:
        await client.close()


@pytest.fixture
async def story(tell: Tell) -> Story:
    """The demo city on Monday 15 September 2025, nine o'clock."""
    return await tell()
