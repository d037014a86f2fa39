"""“五个一” and the handbook under the notice that asks for them (R4, N3 第11项)."""

import pytest

from tests.stories.conftest import Story, Tell

OFFICE = "office-1"


@pytest.fixture
async def yangquan(tell: Tell) -> Story:
    """The demo city under the notice of Yangquan."""
    return await tell(regime="yangquan-2025")


async def test_R4_each_of_the_five_is_shown_and_what_is_missing(yangquan: Story) -> None:
    number = await yangquan.dispatched()
    answer = await yangquan.says(OFFICE, "342改线五个一")
    assert "缺 一项目一专班：专班3人，缺项目法人、县区主要领导、分管副市长" in answer
    assert f"✓ 一堵点一报告：在办堵点1件（{number}号）" in answer
    assert "缺 一阶段一调度：本月还没有调度" in answer and "缺 一个月一督查：本月还没有督查" in answer


async def test_R4_a_review_and_an_inspection_fill_theirs_until_the_month_ends(yangquan: Story) -> None:
    await yangquan.says(OFFICE, "一键调度342改线")
    assert "记下了" in await yangquan.says("inspect-1", "342改线督查：现场只有一个作业面，要求月底前增加两个")
    assert [text for text in await yangquan.reads("liaison-21") if "现场只有一个作业面" in text]
    answer = await yangquan.says(OFFICE, "342改线五个一")
    assert "✓ 一阶段一调度：本月9月15日（周一）调度" in answer and "✓ 一个月一督查：9月15日督查" in answer
    await yangquan.at("2025-10-09 08:00")
    assert "本月还没有督查" in await yangquan.says(OFFICE, "342改线五个一")


async def test_R4_the_office_sees_how_many_projects_lack_what(yangquan: Story) -> None:
    await yangquan.says(OFFICE, "342改线督查：现场进度正常，资料齐全")
    answer = await yangquan.says(OFFICE, "五个一情况")
    assert "一个月一督查1/30" in answer and "一堵点一报告30/30" in answer
    assert "五个一情况第2页" in answer
    county = await yangquan.says("county-wenxi", "五个一情况")
    assert "一个月一督查1/2" in county and "诺维兰" not in county


async def test_R4_the_handbook_has_persons_times_and_the_way(yangquan: Story) -> None:
    answer = await yangquan.says("liaison-21", "342改线调度手册")
    assert "《省市重点项目调度手册》" in answer
    assert "联络员：刘明亮" in answer and "2026年4月竣工" in answer
    assert "联络员报堵点→" in answer and "超期：提醒联系人→" in answer and "双周跟进每2周问一次" in answer


@pytest.mark.parametrize(
    ("who", "text", "says"),
    [
        ("liaison-10", "342改线五个一", "没有查到"),
        ("liaison-10", "342改线工作手册", "没有查到"),
        ("liaison-21", "五个一情况", "由重点办掌握"),
        ("liaison-21", "342改线督查：一切都好没有问题", "由重点办或督查室录入"),
        ("county-yanhu", "342改线督查：一切都好没有问题", "由重点办或督查室录入"),
    ],
)
async def test_R4_who_may_see_and_enter(yangquan: Story, who: str, text: str, says: str) -> None:
    assert says in await yangquan.says(who, text)


async def test_R4_where_the_notice_asks_for_none_that_is_said(story: Story) -> None:
    assert "现行机制没有“五个一”这一项" in await story.says(OFFICE, "342改线五个一")
