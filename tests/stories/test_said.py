"""What reminders and letters claim is what happened."""

from sqlalchemy import select, update

from bot.people import Rank
from storage import directory
from storage.database import Tx
from storage.tables import notice, person
from tests.stories.conftest import Story


async def test_a_promise_is_counted_from_the_day_it_was_made(story: Story) -> None:
    number = await story.dispatched()
    await story.at("2025-09-16 09:00")
    await story.says("contact-swj", f"{number}号周工负责，18日前迁完")
    await story.reads("contact-swj")
    await story.at("2025-09-18 09:00")
    said = "\n".join(await story.reads("contact-swj"))
    assert "今天兑现" in said and "16日定下，第2天" in said and "16日交办" not in said


async def test_the_inspectorates_letter_names_only_who_was_told(story: Story) -> None:
    def nobody_leads(tx: Tx) -> None:
        heads = [
            one.id
            for one in story.city.directory.get(tx).people.values()
            if one.unit == "市水务局" and one.rank == Rank.HEAD
        ]
        tx.execute(update(person).where(person.c.id.in_(heads)).values(gone=True))
        directory.touched(tx)

    number = await story.dispatched()
    await story.says("contact-swj", f"{number}号周工负责，22日前迁完")
    await story.says("contact-swj", f"{number}号正在开挖")
    story.city.db.write_now(nobody_leads)
    await story.pass_time(days=60)
    (letter,) = story.city.db.read_now(
        lambda tx: list(tx.execute(select(notice.c.line).where(notice.c.kind == "letter")).scalars())
    )
    assert "承办单位联系人、分管领导、项目包联领导" in letter and "主要负责人" not in letter
