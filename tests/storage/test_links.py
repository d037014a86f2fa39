"""Personal links: what opens, how long, and what becomes of it."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, select

from bot.calendar import CITY
from storage import links
from storage.database import Database, Tx
from storage.links import VIEW, Links
from storage.tables import link, link_session, person

NOW = datetime(2025, 9, 15, 9, tzinfo=CITY)
LASTS, SESSION = timedelta(hours=72), timedelta(hours=12)
_SECOND = timedelta(seconds=1)


@pytest.fixture
def token(db: Database) -> str:
    """A link of person 1 to the board, made at nine."""

    def make(tx: Tx) -> str:
        tx.execute(insert(person).values(id=1, name="王联络员"))
        return links.make(tx, 1, VIEW, "/board", NOW, LASTS)

    return db.write_now(make)


@pytest.mark.parametrize(
    ("after", "opens"),
    [(timedelta(0), True), (LASTS - _SECOND, True), (LASTS, False), (LASTS + _SECOND, False)],
)
def test_a_link_opens_until_its_end(db: Database, token: str, after: timedelta, opens: bool) -> None:
    found = db.write_now(lambda tx: links.open_link(tx, token, NOW + after, SESSION))
    assert (found is not None) == opens
    if found is not None:
        assert (found[0].person_id, found[0].purpose, found[0].target) == (1, VIEW, "/board")


@pytest.mark.parametrize(("after", "holds"), [(SESSION - _SECOND, True), (SESSION, False)])
def test_a_session_holds_until_its_end(db: Database, token: str, after: timedelta, holds: bool) -> None:
    found = db.write_now(lambda tx: links.open_link(tx, token, NOW, SESSION))
    assert found is not None
    granted = db.read_now(lambda tx: links.session(tx, found[1], NOW + after))
    assert (granted is not None) == holds


def test_a_link_may_be_opened_again_and_each_browser_has_its_own_session(db: Database, token: str) -> None:
    first, second = (db.write_now(lambda tx: links.open_link(tx, token, NOW, SESSION)) for _ in range(2))
    assert first is not None and second is not None and first[1] != second[1]


def test_what_was_revoked_opens_nothing_and_ends_what_was_opened(db: Database, token: str) -> None:
    found = db.write_now(lambda tx: links.open_link(tx, token, NOW, SESSION))
    assert found is not None
    assert db.write_now(lambda tx: links.revoke(tx, NOW, person_id=1)) == 1
    assert db.read_now(lambda tx: links.session(tx, found[1], NOW)) is None
    assert db.write_now(lambda tx: links.open_link(tx, token, NOW, SESSION)) is None


def test_tokens_are_kept_nowhere(db: Database, token: str) -> None:
    found = db.write_now(lambda tx: links.open_link(tx, token, NOW, SESSION))
    assert found is not None
    kept = str(db.read_now(lambda tx: [tx.execute(select(one)).all() for one in (link, link_session)]))
    assert token not in kept and found[1] not in kept


@pytest.mark.parametrize("wrong", ["", "x", "\x00", "令牌", "'; DROP TABLE link; --"])
def test_what_is_no_token_opens_nothing(db: Database, token: str, wrong: str) -> None:
    assert db.write_now(lambda tx: links.open_link(tx, wrong, NOW, SESSION)) is None
    assert db.read_now(lambda tx: links.session(tx, wrong, NOW)) is None


def test_links_long_over_are_forgotten(db: Database, token: str) -> None:
    db.write_now(lambda tx: links.open_link(tx, token, NOW, SESSION))
    db.write_now(lambda tx: links.make(tx, 1, VIEW, "/board", NOW + timedelta(days=40), LASTS))
    assert len(db.read_now(lambda tx: tx.execute(select(link)).all())) == 1


def test_without_an_outside_address_there_are_no_links(db: Database, token: str) -> None:
    assert db.write_now(lambda tx: Links("").to(tx, 1, "/board")) == ""
    assert db.write_now(lambda tx: Links("https://a.cn").to(tx, 0, "/board")) == "", "somebody unknown"
    made = db.write_now(lambda tx: Links("https://a.cn/xh/").to(tx, 1, "/board"))
    assert made.startswith("https://a.cn/xh/l/")
    assert (Links("https://a.cn/xh/").root, Links("https://a.cn").root) == ("/xh", "")
