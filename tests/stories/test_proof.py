"""Proof of 开工, 复工, 竣工, 投产 and of claimed ends; photos used before; spot checks. Feature 115."""

from datetime import date, time

from aiohttp import FormData

from bot.calendar import at, end_of_day, last_of_month
from storage import proof
from storage.proof import Claimant
from tests.stories.conftest import Story

SITE, OTHER = b"\xff\xd8\xff the site", b"\xff\xd8\xff another day"
CONTACT, OFFICE = "contact-swj", "office-1"


async def photo(story: Story, body: bytes = SITE, name: str = "现场.jpg") -> str:
    form = FormData()
    form.add_field("file", body, filename=name, content_type="image/jpeg")
    response = await story.client.post("/console/api/files", data=form)
    assert response.status < 300, await response.text()
    return str((await response.json())["id"])


async def told(story: Story, account: str, *words: str) -> list[str]:
    return [one for one in await story.reads(account) if all(word in one for word in words)]


def false_claims(story: Story, month: int = 9) -> dict[Claimant, int]:
    first = date(2025, month, 1)
    since, until = at(first, time.min), end_of_day(last_of_month(first))
    found = story.city.db.read_now(lambda tx: proof.false_claims(tx, since, until))
    return {who: len(some) for who, some in found.items()}


async def test_a_start_is_asked_for_a_photo_or_a_number(story: Story) -> None:
    said = await story.says("liaison-1", "G108 9月14日开工了")
    assert "开工要有佐证" in said and "文号" in said
    assert "缺佐证的1件" in await story.says(OFFICE, "缺佐证的有哪些")
    said = await story.says("liaison-1", "G108开工文号：运审批〔2025〕12号")
    assert "佐证记下了：运审批〔2025〕12号" in said
    assert "都附了佐证" in await story.says(OFFICE, "缺佐证的有哪些")


async def test_what_comes_with_its_photo_is_not_asked_again(story: Story) -> None:
    said = await story.says("liaison-1", "G108 9月14日开工了", files=[await photo(story)])
    assert "附件1个" in said and "要有佐证" not in said
    said = await story.says("liaison-21", "342改线9月完成投资1800万元")
    assert "要有佐证" not in said, "a sum is no claim"
    said = await story.says("liaison-21", "八达9月10日复工了，见运审批〔2025〕12号")
    assert "要有佐证" not in said


async def test_a_photo_right_after_the_claim_and_one_days_later_are_its_proof(story: Story) -> None:
    await story.says("liaison-1", "G108 9月14日开工了")
    await story.says("liaison-1", "", files=[await photo(story)])
    assert "都附了佐证" in await story.says(OFFICE, "缺佐证的有哪些")
    await story.says("liaison-21", "八达9月10日复工了")
    await story.pass_time(days=2)
    assert "没有看到照片或文号" in await story.says("liaison-21", "八达复工照片")
    said = await story.says("liaison-21", "八达复工照片", files=[await photo(story, OTHER)])
    assert "佐证记下了：附件1个" in said
    assert "还没有报过竣工" in await story.says(
        "liaison-21", "八达竣工照片", files=[await photo(story, b"x")]
    )
    assert "由联络员" in await story.says("liaison-23", "八达复工照片", files=[await photo(story, b"y")])


async def test_a_photo_used_before_is_said_in_the_claim_and_to_the_office(story: Story) -> None:
    await story.says("liaison-1", "G108 9月14日开工了", files=[await photo(story)])
    await story.reads(OFFICE)
    await story.pass_time(days=1)
    said = await story.says("liaison-21", "八达9月15日复工了", files=[await photo(story, name="bada.jpg")])
    assert "所附照片是用过的（bada.jpg9月15日已用于G108" in said and "请补一张这次现场的" in said
    await story.pass_time(minutes=1)
    assert await told(story, OFFICE, "八达", "所附照片是用过的", "G108")
    assert await told(story, "county-wenxi", "八达", "所附照片是用过的")
    assert not await told(story, "county-jiangxian", "所附照片是用过的")


async def test_the_same_photo_sent_twice_for_one_thing_is_not_used_before(story: Story) -> None:
    await story.says("liaison-1", "G108 9月14日开工了", files=[await photo(story)])
    said = await story.says("liaison-1", "", files=[await photo(story)])
    assert "用过" not in said
    await story.pass_time(days=3)
    said = await story.says("liaison-1", "G108开工照片", files=[await photo(story)])
    assert "用过的" in said, "days later it is"


async def test_a_photo_used_before_proves_no_end(story: Story) -> None:
    await story.says("liaison-1", "G108 9月14日开工了", files=[await photo(story)])
    number = await story.dispatched()
    await story.reads(OFFICE)
    await story.reads("liaison-21")
    said = await story.says(CONTACT, f"{number}号已迁完，申请销号", files=[await photo(story)])
    assert "用过的" in said and "待销号" in said
    assert await told(story, "liaison-21", "申请销号", "其中有用过的照片")
    assert await told(story, OFFICE, "所附照片是用过的")
    await story.says(CONTACT, "", files=[await photo(story, OTHER)])
    assert not await told(story, OFFICE, "所附照片是用过的")


async def test_the_office_draws_and_says_what_it_found(story: Story) -> None:
    await story.says("liaison-1", "G108 9月14日开工了")
    number = await story.dispatched()
    await story.says(CONTACT, f"{number}号已迁完，申请销号")
    await story.says("liaison-21", f"{number}号同意销号")
    drawn = await story.says(OFFICE, "抽查5个")
    assert "抽到2件（最近31天只有这些）" in drawn and "G108" in drawn and f"{number}号" in drawn
    assert "都抽过了" in await story.says(OFFICE, "抽查5个")
    assert "等结果的抽查2件" in await story.says(OFFICE, "抽查")
    assert "记下了" in await story.says(OFFICE, f"{number}号抽查属实")
    assert "已经抽查过，结果是属实" in await story.says(OFFICE, f"{number}号抽查不实，没有迁")
    assert false_claims(story) == {}
    assert "已开工1个" in await story.says(OFFICE, "开工率")
    assert "要写明现场情况" in await story.says(OFFICE, "G108开工抽查不实")
    said = await story.says(OFFICE, "G108开工抽查不实，现场没有动工")
    assert "记虚报一次" in said
    assert await told(story, "liaison-1", "G108", "抽查不实", "现场没有动工")
    assert "已开工0个" in await story.says(OFFICE, "开工率"), "what is false did not come about"
    assert false_claims(story) == {Claimant("area", None): 1}
    assert "已查2件，不实1件" in await story.says(OFFICE, "抽查结果")


async def test_a_false_end_counts_against_its_unit_and_a_finding_can_be_taken_back(story: Story) -> None:
    number = await story.dispatched()
    await story.says(CONTACT, f"{number}号已迁完，申请销号")
    await story.says(OFFICE, "抽查1个")
    said = await story.says(OFFICE, f"{number}号抽查不实，管子还在")
    assert "重新打开" in said
    (who,) = false_claims(story)
    assert who.kind == "unit"
    assert not false_claims(story, 10)
    assert "抽查结果" in await story.says(OFFICE, "撤销")
    assert false_claims(story) == {}
    assert "等结果的抽查1件" in await story.says(OFFICE, "抽查")


async def test_only_the_office_draws_and_finds_and_a_county_its_own(story: Story) -> None:
    await story.says("liaison-1", "G108 9月14日开工了")
    await story.says("liaison-21", "八达9月10日复工了")
    for account in ("liaison-21", "contact-swj", "vice-3", "head-swj"):
        assert "由重点办" in await story.says(account, "抽查5个")
        assert "由重点办" in await story.says(account, "G108开工抽查属实")
    drawn = await story.says("county-wenxi", "抽查5个")
    assert "八达" in drawn and "G108" not in drawn
    assert "由市重点办或本县重点办" in await story.says("county-wenxi", "G108开工抽查属实")
    assert "记下了" in await story.says("county-wenxi", "八达复工抽查属实")


async def test_who_claimed_it_does_not_check_it(story: Story) -> None:
    await story.says(OFFICE, "代郑丽华报：G108 9月14日开工了")
    assert "自己报的不能自己查" in await story.says(OFFICE, "G108开工抽查属实")
