"""The chat page in a real browser: the newcomer's first minute, at a phone's size and at a desk's."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo

SHOTS = Path(__file__).resolve().parents[2] / "build" / "screenshots"
_SLOW = 60_000  # ms: a step of the guide may move the clock over many days


def open_page(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.address}/console")
    expect(page.get_by_test_id("clock-now")).to_contain_text("9月15日", timeout=_SLOW)


def is_phone(page: Page) -> bool:
    size = page.viewport_size
    return size is not None and size["width"] < 600


def step(page: Page, number: int) -> None:
    """Take a step of the guide and wait until it is done."""
    button = page.get_by_test_id(f"guide-step-{number}")
    if not button.is_visible():
        page.get_by_test_id("guide-toggle").click()
    button.click()
    expect(button).to_have_class(re.compile(r"\bdone\b"), timeout=_SLOW)
    fits(page)
    shot(page, f"{page.viewport_size['width']}-step-{number}")  # type: ignore[index]


def fits(page: Page) -> None:
    """No sideways scrolling, nothing wider than the screen."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def shot(page: Page, name: str) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(SHOTS / f"{name}.png"))


def test_the_first_minute_from_a_report_to_the_strike_off(page: Page, demo: Demo) -> None:
    open_page(page, demo)
    fits(page)
    for number in range(1, 8):
        step(page, number)
    lines = page.request.get(f"{demo.address}/console/api/messages?account=liaison-21").json()
    said = "\n".join(line["text"] for line in lines if line["from"] == "bot")
    assert "登记为1号" in said
    assert "1号" in said and "已销号" in said
    heads = page.request.get(f"{demo.address}/console/api/messages?account=head-swj").json()
    assert any("1号" in line["text"] for line in heads), "the head of the unit was told"


def test_a_person_writes_a_message_and_reads_the_answer(page: Page, demo: Demo) -> None:
    open_page(page, demo)
    if is_phone(page):
        page.get_by_test_id("tab-a").click()
    phone = page.get_by_test_id("phone-a")
    phone.get_by_test_id("composer").fill("342改线本月完成投资1800万元，今年累计2.1亿元")
    phone.get_by_test_id("send").click()
    answer = phone.locator('[data-testid="bubble"][data-from="bot"]').last
    expect(answer).to_contain_text("记下了", timeout=_SLOW)
    expect(answer).to_contain_text("1800万元")
    fits(page)
    shot(page, f"{page.viewport_size['width']}-report")  # type: ignore[index]


def test_markup_in_a_message_stays_text(page: Page, demo: Demo) -> None:
    open_page(page, demo)
    if is_phone(page):
        page.get_by_test_id("tab-a").click()
    phone = page.get_by_test_id("phone-a")
    phone.get_by_test_id("composer").fill("<img src=x onerror=\"document.title='hit'\"> <b>粗</b>")
    phone.get_by_test_id("send").click()
    expect(phone.locator('[data-testid="bubble"][data-from="me"]').last).to_contain_text(
        "<b>粗</b>", timeout=_SLOW
    )
    assert page.title() != "hit"


def test_a_refused_message_says_why_and_keeps_the_words(page: Page, demo: Demo) -> None:
    open_page(page, demo)
    if is_phone(page):
        page.get_by_test_id("tab-a").click()
    phone = page.get_by_test_id("phone-a")
    words = "长" * 20_001
    phone.get_by_test_id("composer").fill(words)
    phone.get_by_test_id("send").click()
    expect(page.get_by_test_id("toast").first).to_contain_text("太长", timeout=_SLOW)


def test_the_clock_moves_by_its_buttons(page: Page, demo: Demo) -> None:
    open_page(page, demo)
    page.get_by_test_id("clock-day").click()
    expect(page.get_by_test_id("clock-now")).to_contain_text("9月16日", timeout=_SLOW)
    page.get_by_test_id("clock-week").click()
    expect(page.get_by_test_id("clock-now")).to_contain_text("9月23日", timeout=_SLOW)


def test_a_picture_is_sent_with_a_report_and_can_be_looked_at(page: Page, demo: Demo) -> None:
    open_page(page, demo)
    if is_phone(page):
        page.get_by_test_id("tab-a").click()
    phone = page.get_by_test_id("phone-a")
    picture = page.screenshot()
    phone.get_by_test_id("file-input").set_input_files(
        {"name": "现场.png", "mimeType": "image/png", "buffer": picture}
    )
    phone.get_by_test_id("composer").fill("342改线本周完成投资300万元")
    phone.get_by_test_id("send").click()
    expect(phone.locator('[data-testid="bubble"][data-from="bot"]').last).to_contain_text(
        "300万元", timeout=_SLOW
    )
    lines = page.request.get(f"{demo.address}/console/api/messages?account=liaison-21").json()
    sent = [line for line in lines if line["attachments"]]
    assert sent
    kept = page.request.get(f"{demo.address}/console/api/files/{sent[0]['attachments'][0]['id']}")
    assert kept.body() == picture
