"""Regimes by their hash: what began under one ends under it, whatever the file says later."""

from datetime import datetime

from sqlalchemy import func, select

from bot.mechanism.kept import reread
from bot.mechanism.model import Regime
from bot.mechanism.rules import Rules
from bot.mechanism.states import OPEN
from storage.database import Tx
from storage.settings import upsert
from storage.tables import regime_text, ticket


def keep_regime(tx: Tx, regime: Regime, at: datetime) -> None:
    """Keep the text of a regime that is in force, once."""
    tx.execute(
        upsert(tx.dialect.name, regime_text)
        .values(hash=regime.sha256, name=regime.id, text=regime.text, at=at)
        .on_conflict_do_nothing()
    )


def kept_regimes(tx: Tx) -> dict[str, Regime]:
    """All regimes under which something may have begun."""
    return {r.hash: reread(r.text, r.name) for r in tx.execute(select(regime_text))}


def open_under(tx: Tx, rules: Rules) -> list[tuple[Regime, int]]:
    """By the regimes under which they began, how many tickets are open; the most first."""
    rows = tx.execute(
        select(ticket.c.regime_hash, func.count().label("open"))
        .where(ticket.c.state.in_(OPEN))
        .group_by(ticket.c.regime_hash)
        .order_by(func.count().desc(), ticket.c.regime_hash)
    )
    return [(rules.of(row.regime_hash), row.open) for row in rows]
