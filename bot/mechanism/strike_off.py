"""Who may confirm that a ticket is struck off: a second person, from outside the unit. Pure. Row T7."""

from collections.abc import Iterable


def confirm_fault(
    *,
    claimers: Iterable[int],
    claiming_units: Iterable[int],
    confirmer: int,
    confirmer_units: Iterable[int],
) -> str | None:
    """In Chinese why somebody may not confirm an end; None if he may.

    `claimers`: who claimed it, and who entered the claim for him. `claiming_units`: the unit that claims
    it and the undertaking unit. `confirmer_units`: the confirmer's unit and all above it, so that a unit
    under the claiming one is kept out too. The regimes' own rule; no notice says who confirms.
    """
    if confirmer in set(claimers):
        return "销号要由另一人确认，不能由申请人自己确认"
    if not set(claiming_units).isdisjoint(confirmer_units):
        return "销号要由承办单位以外的人确认，本单位及下属单位不能确认"
    return None
