"""同意, 不同意: words that speak of one request decide no other (T0, T7)."""

import pytest

from tests.stories.conftest import Story


@pytest.mark.parametrize(
    "words", ["核实列入", "属实", "延期不同意", "同意延期", "不同意退回，原因：不归别家"]
)
async def test_T7_only_words_of_the_end_decide_on_the_end(story: Story, words: str) -> None:
    number = await story.dispatched()
    await story.says("contact-swj", f"{number}号已解决，申请销号")
    answer = await story.says("office-1", f"{number}号{words}")
    assert story.state(number) == "待销号"
    assert "现在是“待销号”" in answer and f"{number}号同意销号" in answer


async def test_T5_words_of_verification_grant_no_extension(story: Story) -> None:
    number = await story.dispatched()
    await story.says("contact-swj", f"{number}号申请延期到9月25日，原因：等管材到货")
    answer = await story.says("office-1", f"{number}号核实列入")
    assert f"{number}号同意延期" in answer
    assert "同意延期" in await story.says("office-1", f"{number}号同意延期")


async def test_T7_the_end_is_refused_whatever_the_reason_speaks_of(story: Story) -> None:
    number = await story.dispatched()
    await story.says("contact-swj", f"{number}号已解决，申请销号")
    await story.says("liaison-21", f"{number}号不同意销号，原因：没核实，现场还没迁")
    assert story.state(number) == "办理中"
