"""Chat groups: their scope, when they get their summary and how far it names."""

from storage import directory
from storage.database import Tx
from storage.settings import upsert
from storage.tables import chat_group


def put_group(
    tx: Tx,
    channel: str,
    key: str,
    name: str,
    *,
    area_id: int | None = None,
    summary_time: str = "17:30",
    naming: str = "projects",
) -> None:
    """Enter a group, or change it."""
    values = {"name": name, "area_id": area_id, "summary_time": summary_time, "naming": naming}
    tx.execute(
        upsert(tx.dialect.name, chat_group)
        .values(channel=channel, key=key, **values)
        .on_conflict_do_update(index_elements=["channel", "key"], set_=values)
    )
    directory.touched(tx)
