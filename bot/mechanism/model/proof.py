"""What a regime asks to be proven, and how what was claimed is checked on the spot."""

from typing import Literal

from pydantic import Field

from bot.mechanism.model.parts import Count, Rule

Provable = Literal["started", "resumed", "completed", "in_production", "at_capacity", "registered", "resolve"]


class Proof(Rule):
    """佐证: which claims need a photo or a document's number; 抽查 of what was claimed lately."""

    needs: tuple[Provable, ...] = Field(title="要附佐证的", min_length=1)
    spot_days: Count = Field(title="抽查最近几天报的")
