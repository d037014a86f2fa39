"""The pages in a real browser: at a phone's size, at a desk's, on paper; nothing refused by our own policy."""

from pathlib import Path

from playwright.sync_api import Page

from tests.browser.conftest import Demo
from tests.browser.test_chat_page import fits, shot


def test_the_pages_fit_a_phone_a_wall_and_paper(page: Page, demo: Demo, tmp_path: Path) -> None:
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    for number, said in enumerate(
        ("342改线截至8月底今年累计完成投资1.6亿元", "342改线卡在供水管迁改，请市水务局协调")
    ):
        body = {"id": f"b{number}", "from": "liaison-21", "group": None, "text": said, "attachments": []}
        assert page.request.post(f"{demo.address}/console/api/messages", data=body).status == 202
    page.request.post(f"{demo.address}/console/api/clock", data={"advance": "1d"})
    for address in ("/board", "/board?area=8", "/projects/21", "/tickets/1"):
        shown = page.goto(f"{demo.address}/console/open?account=office-1&to={address.replace('?', '%3F')}")
        assert shown is not None and shown.ok
        page.wait_for_load_state("load")
        fits(page)
        shot(page, f"{page.viewport_size['width']}-{address[1:6]}")  # type: ignore[index]
        assert len(page.pdf(format="A4")) > 5000
    assert not refused, refused
