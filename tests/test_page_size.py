"""However large the ledger, a page stays small: it is opened on a phone, over a county's network."""

from pathlib import Path

import pytest

from bench import wide_city
from bot.visiting import Page, Visitor
from handlers.pages import rendering
from handlers.pages.board import show_board
from handlers.pages.project import show_project
from storage.database import Tx

_LIMIT = 200_000  # bytes


@pytest.mark.parametrize(("projects", "tickets"), [(30, 2_000), (wide_city.PROJECTS, wide_city.TICKETS)])
def test_pages_stay_below_200_kb_with_1561_projects_and_20000_tickets(
    tmp_path: Path, projects: int, tickets: int
) -> None:
    city = wide_city.make(tmp_path, projects, tickets)

    def sizes(tx: Tx) -> dict[str, int]:
        directory = city.directory.get(tx)
        visitor = Visitor(directory.office_people(None)[0], directory, city.rules, city.clock.now())
        shown = {
            f"board {asked}": show_board(tx, visitor, asked) for asked in ({}, {"area": "1"}, {"lamp": "red"})
        }
        shown["project"] = show_project(tx, visitor, {"number": "7"})
        return {name: size_of(page, visitor) for name, page in shown.items() if isinstance(page, Page)}

    found = city.db.read_now(sizes)
    city.close()
    assert len(found) == 4 and max(found.values()) < _LIMIT, found


def size_of(page: Page, visitor: Visitor) -> int:
    """Bytes of the page before it is packed."""
    values = {"visitor": visitor, "root": "", "city": "运城市", **page.values}
    return len(rendering.render(page.template, values).encode())
