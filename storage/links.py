"""Personal links from the chat to a page, and the short sessions that they open.

A token is random and stands in the link alone: we keep its hash. Lifetimes are of real time, since a link
that is passed on grows no safer while the demo's clock stands.
"""

import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from urllib.parse import urlsplit

from sqlalchemy import bindparam, delete, insert, select, update

from storage.database import Tx
from storage.tables import link, link_session

VIEW, DESK, REPORT = "view", "desk", "report"  # what a link is for
_KEPT = timedelta(days=30)  # after its end, so that it is known who was given what


@dataclass(frozen=True, slots=True)
class Granted:
    """Who may see what: somebody's link, or the session that it opened."""

    link_id: int
    person_id: int
    purpose: str
    target: str
    expires: datetime


@dataclass(frozen=True, slots=True)
class Links:
    """Makes links under the address by which the bot is reached from outside; without one there are none."""

    public_url: str = ""
    lasts: timedelta = timedelta(hours=72)
    session_lasts: timedelta = timedelta(hours=12)
    real_now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def to(self, tx: Tx, person_id: int, target: str, purpose: str = VIEW) -> str:
        """The address to give to that person alone; empty where there is no outside address or no person."""
        if not self.public_url or not person_id:
            return ""
        return self.address(make(tx, person_id, purpose, target, self.real_now(), self.lasts))

    def address(self, token: str) -> str:
        """Where the link of that token is opened."""
        return f"{self.public_url.rstrip('/')}/l/{token}"

    @property
    def root(self) -> str:
        """The path under which we are reached: empty, or /prefix behind a proxy."""
        return urlsplit(self.public_url).path.rstrip("/")

    @property
    def is_https(self) -> bool:
        """Whether browsers reach us by https."""
        return self.public_url.startswith("https://")


def make(tx: Tx, person_id: int, purpose: str, target: str, now: datetime, lasts: timedelta) -> str:
    """A new link of that person to that address; its token, which can't be had again. `now` is real time."""
    token = secrets.token_urlsafe(24)
    tx.execute(_FORGET_SESSIONS, {"before": now - _KEPT})
    tx.execute(_FORGET, {"before": now - _KEPT})
    values = {
        "hash": _hash(token),
        "person_id": person_id,
        "purpose": purpose,
        "target": target,
        "made_at": now,
        "expires": now + lasts,
    }
    tx.execute(insert(link), values)
    return token


def open_link(tx: Tx, token: str, now: datetime, session_lasts: timedelta) -> tuple[Granted, str] | None:
    """Open the link: what it grants, and the token of a new session; None if it is unknown, over or revoked."""
    row = tx.execute(select(link).where(link.c.hash == _hash(token))).first()
    if row is None or row.revoked_at is not None or row.expires <= now:
        return None
    if row.opened_at is None:
        tx.execute(update(link).where(link.c.id == row.id).values(opened_at=now))
    session = secrets.token_urlsafe(24)
    expires = now + session_lasts
    tx.execute(insert(link_session).values(hash=_hash(session), link_id=row.id, expires=expires))
    return Granted(row.id, row.person_id, row.purpose, row.target, expires), session


def session(tx: Tx, token: str, now: datetime) -> Granted | None:
    """What the session of that token grants; None if it is over or its link was revoked."""
    row = tx.execute(_SESSION, {"token": _hash(token)}).first()
    if row is None or row.revoked_at is not None or row.ends <= now:
        return None
    return Granted(row.id, row.person_id, row.purpose, row.target, row.ends)


def revoke(tx: Tx, now: datetime, *, person_id: int | None = None, ids: Collection[int] = ()) -> int:
    """Links of that person, or those links, open nothing any more, nor do the sessions that they opened."""
    whose = link.c.id.in_(list(ids)) if person_id is None else link.c.person_id == person_id
    return tx.execute(
        update(link).where(whose, link.c.revoked_at.is_(None), link.c.expires > now).values(revoked_at=now)
    ).rowcount


def revoke_to(tx: Tx, now: datetime, purpose: str, target: str) -> int:
    """All links of that purpose to addresses that begin so open nothing any more."""
    whose = (link.c.purpose == purpose, link.c.target.startswith(target, autoescape=True))
    ids = tx.execute(select(link.c.id).where(*whose)).scalars().all()
    return revoke(tx, now, ids=ids)


def _hash(token: str) -> str:
    return sha256(token.encode("utf-8", "replace")).hexdigest()


_SESSION = (
    select(link, link_session.c.expires.label("ends"))
    .join(link_session, link_session.c.link_id == link.c.id)
    .where(link_session.c.hash == bindparam("token"))
)
_PAST = bindparam("before", type_=link.c.expires.type)
_FORGET = delete(link).where(link.c.expires < _PAST)
_FORGET_SESSIONS = delete(link_session).where(
    link_session.c.link_id.in_(select(link.c.id).where(link.c.expires < _PAST))
)
