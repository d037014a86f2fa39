"""A ticket that can't be looked at keeps nobody from being told of another."""

import pytest
from sqlalchemy import update

from jobs import oversee
from storage.database import Tx
from storage.tables import ticket
from tests.stories.conftest import Story


async def test_a_ticket_of_an_unknown_regime_stops_nobody(story: Story) -> None:
    first = await story.dispatched()
    second = await story.dispatched("市水务局", "乐学天地供水管网没接入，请水务局解决", by="liaison-11")

    def spoil(tx: Tx) -> None:
        tx.execute(update(ticket).where(ticket.c.number == first).values(regime_hash="0" * 64))

    story.city.db.write_now(spoil)
    await story.reads("contact-swj")
    await story.at("2025-09-15 16:00")
    (said,) = await story.reads("contact-swj")
    assert f"{second}号" in said


async def test_a_ticket_that_fails_half_way_is_told_whole_later(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = await story.dispatched()
    await story.reads("contact-swj")
    with monkeypatch.context() as broken:
        broken.setattr(oversee._Item, "_since", lambda *_: 1 / 0)
        await story.at("2025-09-15 15:45")
    assert await story.reads("contact-swj") == []
    await story.at("2025-09-15 17:00")
    (said,) = await story.reads("contact-swj")
    assert f"{number}号" in said and "今天定人" in said
