"""The office's desk in a real browser, at a phone's size and at a desk's."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo
from tests.browser.test_chat_page import fits, shot

_SLOW = 60_000


def say(page: Page, demo: Demo, who: str, text: str) -> str:
    """That person writes; what he is answered."""
    lines = f"{demo.address}/console/api/messages?account={who}"
    before = len(page.request.get(lines).json())
    page.request.post(
        f"{demo.address}/console/api/messages",
        data={"id": f"{who}{before}", "from": who, "group": None, "text": text, "attachments": []},
    )
    for _ in range(200):
        found = page.request.get(lines).json()[before:]
        if any(line["from"] == "bot" for line in found):
            return str(found[-1]["text"])
        page.wait_for_timeout(50)
    raise AssertionError("no answer")


def test_from_the_chat_to_the_desk_and_back_to_the_liaison(page: Page, demo: Demo) -> None:
    say(page, demo, "liaison-21", "342改线卡在供水管迁改，请市水务局9月30日前解决")
    say(page, demo, "liaison-21", "342改线缺8台摊铺机，请市交通局协调")
    link = re.search(r"http\S+", say(page, demo, "office-1", "工作台"))
    assert link is not None
    page.goto(link[0])
    assert "/l/" not in page.url, "the token leaves the address"
    entries = page.get_by_test_id("entry")
    expect(entries).to_have_count(2)
    fits(page)
    shot(page, f"{page.viewport_size['width']}-desk")  # type: ignore[index]
    for box in page.get_by_role("checkbox").all():
        box.check()
    dock = page.get_by_test_id("bar").bounding_box()
    assert dock is not None and dock["height"] > 60, "it holds its buttons"
    page.get_by_test_id("bar").get_by_role("button", name="核实列入").click()
    done = page.get_by_test_id("done")
    expect(done).to_contain_text("1号已核实", timeout=_SLOW)
    expect(done).to_contain_text("2号已核实")
    page.reload()
    expect(page.get_by_test_id("done")).to_contain_text("1号已核实")
    page.get_by_test_id("tab-dispatch").click()
    expect(page.get_by_label("主办").first).to_have_value("市水务局")
    fits(page)
    shot(page, f"{page.viewport_size['width']}-desk-dispatch")  # type: ignore[index]
    entries.first.get_by_role("button", name="交办").click()
    expect(page.get_by_test_id("done")).to_contain_text("1号已交办市水务局", timeout=_SLOW)
    page.get_by_test_id("tab-dispatch").click()
    page.get_by_role("checkbox").first.check()
    page.get_by_test_id("bar").locator("summary").click()
    page.get_by_role("button", name="再看").click()
    expect(page.get_by_test_id("done")).to_contain_text("2号放到16日", timeout=_SLOW)
    expect(page.get_by_test_id("put-off")).to_contain_text("1 件")
    fits(page)
    told = page.request.get(f"{demo.address}/console/api/messages?account=liaison-21").json()
    assert any("已交办市水务局" in line["text"] for line in told)


def test_the_report_form_on_a_phone_without_an_account(page: Page, demo: Demo) -> None:
    link = re.search(r"http\S+", say(page, demo, "office-1", "给342改线的李会计填报链接"))
    assert link is not None
    page.goto(link[0])
    fits(page)
    page.get_by_label("本月投资（万元）").fill("1800")
    page.get_by_label("今年累计（万元）").fill("9000000")
    page.get_by_label("有什么卡住了").fill("供水管没迁，请市水务局9月30日前解决")
    page.get_by_label("现场照片").set_input_files(
        {"name": "现场.png", "mimeType": "image/png", "buffer": page.screenshot()}
    )
    shot(page, f"{page.viewport_size['width']}-report-form")  # type: ignore[index]
    page.get_by_role("button", name="报送").click()
    talk = page.get_by_test_id("talk")
    expect(talk).to_contain_text("先核对一下", timeout=_SLOW)
    expect(talk).to_contain_text("问题登记为1号")
    fits(page)
    page.get_by_label("回一句").fill("改成2.1亿")
    page.get_by_role("button", name="回复").click()
    expect(talk).to_contain_text("今年累计2.1亿元", timeout=_SLOW)
    page.reload()
    expect(page.get_by_test_id("talk")).to_contain_text("记下了")
    fits(page)
    shot(page, f"{page.viewport_size['width']}-report-said")  # type: ignore[index]
