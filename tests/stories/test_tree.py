"""Units in a tree over three levels (feature 80): who stands above acts and sees below, whatever the depth."""

import pytest
from sqlalchemy import insert, select, update

from storage import directory
from storage.database import Tx
from storage.tables import account, person, unit
from tests.stories.conftest import Story

COMPANY, STATION = "市供水公司", "东城供水所"


@pytest.fixture
async def tree(story: Story) -> Story:
    """市水务局 above 市供水公司 above 东城供水所; 市住建局's contact is the company's for this story."""

    def grow(tx: Tx) -> None:
        top = tx.execute(select(unit.c.id).where(unit.c.name == "市水务局")).scalar_one()
        tx.execute(insert(unit).values(name=COMPANY, level="city", aliases=[], above_id=top))
        company = tx.execute(select(unit.c.id).where(unit.c.name == COMPANY)).scalar_one()
        tx.execute(insert(unit).values(name=STATION, level="city", aliases=[], above_id=company))
        station = tx.execute(select(unit.c.id).where(unit.c.name == STATION)).scalar_one()
        for name, belongs in (("contact-zjj", company), ("contact-czj", station)):
            his = select(account.c.person_id).where(account.c.account == name)
            tx.execute(update(person).where(person.c.id.in_(his)).values(unit_id=belongs))
        directory.touched(tx)

    story.city.db.write_now(grow)
    return story


async def test_who_stands_two_levels_above_sees_and_acts(tree: Story) -> None:
    number = await tree.dispatched(STATION)
    assert f"{number}号" in await tree.says("contact-swj", "我的问题")
    assert f"{number}号" in await tree.says("contact-zjj", "我的问题")
    assert "没有查到" in await tree.says("contact-fgw", f"{number}号")
    await tree.says("contact-swj", f"{number}号周工负责，22日前迁完")
    assert tree.state(number) == "办理中"


async def test_who_stands_below_acts_for_nobody_above(tree: Story) -> None:
    number = await tree.dispatched("市水务局")
    await tree.says("contact-czj", f"{number}号周工负责，22日前迁完")
    assert tree.state(number) == "已交办"
