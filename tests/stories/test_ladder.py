"""Reminders and escalation: who is told when, in which order, and who is not told (T11, Clock)."""

from bot.calendar import CITY
from tests.stories.conftest import Story, Tell

_ON_THE_WAY = (
    "contact-swj",
    "deputy-swj",
    "head-swj",
    "office-1",
    "secretary-2",
    "vice-1",
    "mayor",
    "inspect-1",
)


async def arranged(story: Story) -> int:
    """A ticket whose unit has arranged and fed back: only the solving limit runs on."""
    number = await story.dispatched()
    await story.says("contact-swj", f"{number}号周工负责，22日前迁完")
    await story.says("contact-swj", f"{number}号正在开挖")
    return number


async def first_told(story: Story, number: int, who: str) -> str:
    """The moment at which somebody was first told that the ticket is overdue."""
    response = await story.client.get("/console/api/messages", params={"account": who})
    lines = [
        line
        for line in await response.json()
        if line["from"] == "bot" and f"{number}号" in line["text"] and "至今未" in line["text"]
    ]
    return str(lines[0]["at"][:16]) if lines else ""


async def test_T5_the_ladder_climbs_contact_deputy_head_office(story: Story) -> None:
    number = await arranged(story)
    await story.pass_time(days=14)
    told = [
        await first_told(story, number, who) for who in ("contact-swj", "deputy-swj", "head-swj", "office-1")
    ]
    assert told == ["2025-09-23T08:30", "2025-09-23T09:00", "2025-09-24T09:00", "2025-09-25T09:00"]


async def test_T5_city_leaders_get_only_what_the_office_released(tell: Tell) -> None:
    story = await tell()
    number = await arranged(story)
    project = next(
        p for p in story.city.db.read_now(story.city.directory.get).projects.values() if p.number == 21
    )
    people = story.city.db.read_now(story.city.directory.get).people
    sponsors = [people[one] for one in (*project.county_sponsors, *project.city_sponsors)]
    accounts = [
        (people[one.secretary_id] if one.secretary_id else one).accounts["console"] for one in sponsors
    ]
    await story.at("2025-09-28 09:00")
    assert any("拟呈" in said for said in await story.reads("office-1"))
    for one in accounts:
        assert not any(f"{number}号" in said or "需您协调" in said for said in await story.reads(one))
    answer = await story.says("office-1", "待发呈报")
    assert "呈报1" in answer
    await story.says("office-1", "呈报1发送")
    await story.at("2025-09-28 18:00")
    reached = [one for one in accounts if any("需您协调" in said for said in await story.reads(one))]
    assert reached == accounts, "one was released, the other was left untouched for the regime's hours"


async def test_T5_the_inspectorate_gets_nothing_by_itself(story: Story) -> None:
    await arranged(story)
    await story.pass_time(days=60)
    assert await story.reads("inspect-1") == []
    assert any("督查" in said and "由您转交" in said for said in await story.reads("office-1"))


async def test_T2_one_message_for_many_things(story: Story) -> None:
    first = await story.dispatched()
    second = await story.dispatched("市水务局", "乐学天地供水管网没接入，请水务局解决", by="liaison-11")
    await story.reads("contact-swj")
    await story.at("2025-09-15 16:00")
    (said,) = await story.reads("contact-swj")
    assert f"{first}号" in said and f"{second}号" in said
    assert said.startswith("【市水务局】2件")


async def test_nobody_is_written_to_at_night_or_on_rest_days(tell: Tell) -> None:
    story = await tell(at="2025-09-19 16:30")
    number = await story.reported()
    await story.says("office-1", f"{number}号交办市水务局")
    await story.at("2025-10-12 12:00")
    for who in _ON_THE_WAY:
        response = await story.client.get("/console/api/messages", params={"account": who})
        for line in await response.json():
            moment = story.now.fromisoformat(line["at"]).astimezone(CITY)
            assert story.city.rules.calendar.is_workday(moment.date()), line
            assert 8 <= moment.hour < 18, line


async def test_the_same_fact_is_never_told_twice(story: Story) -> None:
    await story.dispatched()
    await story.pass_time(days=12)
    await story.city.settle()
    for who in _ON_THE_WAY:
        said = await story.reads(who)
        assert len(said) == len(set(said)) or all("至今未" in one for one in said if said.count(one) > 1), (
            "only what is still undone is said again, in the regime's repeats"
        )


async def test_repeats_have_an_end(story: Story) -> None:
    number = await arranged(story)
    await story.pass_time(months=2)
    said = [one for one in await story.reads("contact-swj") if f"{number}号" in one and "至今未办结" in one]
    assert 1 < len(said) <= 4, "once, and the regime's three repeats"


async def test_a_substitute_gets_what_was_meant_for_who_is_away(story: Story) -> None:
    people = story.city.db.read_now(story.city.directory.get).people.values()
    name = {one.accounts["console"]: one.name for one in people if "console" in one.accounts}
    answer = await story.says("contact-swj", f"{name['contact-swj']}9月15日至16日由{name['deputy-swj']}替班")
    assert "9月15日至9月16日" in answer and name["deputy-swj"] in answer
    await story.reads("contact-swj")
    number = await story.dispatched()
    assert await story.reads("contact-swj") == []
    assert any(f"交办{number}号" in said for said in await story.reads("deputy-swj"))
    await story.at("2025-09-17 09:00")
    assert any(f"{number}号" in said for said in await story.reads("contact-swj")), "back again"


async def test_nobody_of_another_unit_sets_a_substitute(story: Story) -> None:
    people = story.city.db.read_now(story.city.directory.get).people.values()
    name = {one.accounts["console"]: one.name for one in people if "console" in one.accounts}
    answer = await story.says("liaison-10", f"{name['contact-swj']}9月15日至16日由{name['deputy-swj']}替班")
    assert "本人、同单位同事或重点办" in answer


async def test_what_a_secretary_reads_says_to_whom_it_goes(story: Story) -> None:
    number = await story.reported("诺维兰卡在征地，请盐湖区政府解决", "liaison-10")
    await story.says("office-1", f"{number}号交办盐湖区人民政府")
    people = story.city.db.read_now(story.city.directory.get).people
    leaders = [one for one in people.values() if one.secretary_id is not None]
    assert leaders, "the demo has leaders with a secretary"
    await story.pass_time(days=40)
    secretaries = {people[one.secretary_id].accounts["console"] for one in leaders if one.secretary_id}
    said = [text for who in secretaries for text in await story.reads(who)]
    assert all(text.startswith("请呈") or "待" in text or "未读懂" in text for text in said)
    for one in leaders:
        assert await story.reads(one.accounts["console"]) == [], "everything goes by the secretary"
