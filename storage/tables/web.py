"""How somebody comes from the chat to a page: his personal links and the browsers that opened them."""

from sqlalchemy import Column, ForeignKey, String, Table

from storage.tables.base import Id, Moment, metadata, own_id, refers_to

link = Table(
    "link",
    metadata,
    own_id(),
    Column("hash", String(64), nullable=False, unique=True),  # of the token, which is kept nowhere
    refers_to("person", required=True),
    Column("purpose", String(20), nullable=False),  # view | desk | report
    Column("target", String(200), nullable=False),  # the clean address that it leads to
    Column("made_at", Moment, nullable=False),  # real time, like the moments below
    Column("expires", Moment, nullable=False, index=True),
    Column("opened_at", Moment),  # the first time
    Column("revoked_at", Moment),
)

link_session = Table(  # a browser that opened a link: what its cookie holds
    "link_session",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("link_id", Id, ForeignKey("link.id"), nullable=False, index=True),
    Column("expires", Moment, nullable=False),
)
