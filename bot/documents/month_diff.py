"""What changed in the ledger from one moment to another: who entered and left, which cells, what was done. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.documents.ledger_diff import Changed, changes
from bot.documents.ledger_in import LedgerRow
from bot.documents.ledger_month import LedgerState, MonthRow
from bot.wording import money


@dataclass(frozen=True, slots=True)
class Step:
    """A project whose figures moved: before and after."""

    before: MonthRow
    after: MonthRow

    @property
    def invested(self) -> int:
        """元 that the year's sum grew by."""
        was, now = self.before.figures.year_invested, self.after.figures.year_invested
        return (now or 0) - (was or 0)


@dataclass(frozen=True, slots=True)
class MonthDiff:
    """From the earlier ledger to the later one, by project whatever its name or number."""

    before: LedgerState
    after: LedgerState
    entered: tuple[MonthRow, ...]
    left: tuple[MonthRow, ...]
    renamed: tuple[tuple[LedgerRow, LedgerRow], ...]
    changed: tuple[Changed, ...]
    moved: tuple[Step, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is different."""
        return not (self.entered or self.left or self.renamed or self.changed or self.moved)


def compare(before: LedgerState, after: LedgerState) -> MonthDiff:
    """What changed; each list by the number that the project has in its ledger."""
    old, new = before.rows, after.rows
    both = sorted((one for one in old if one in new), key=lambda one: new[one].entry.number)
    return MonthDiff(
        before,
        after,
        tuple(sorted((new[one] for one in new if one not in old), key=lambda row: row.entry.number)),
        tuple(sorted((old[one] for one in old if one not in new), key=lambda row: row.entry.number)),
        tuple((old[one].entry, new[one].entry) for one in both if old[one].entry.name != new[one].entry.name),
        tuple(change for one in both for change in changes(old[one].entry, new[one].entry)),
        tuple(Step(old[one], new[one]) for one in both if old[one].figures != new[one].figures),
    )


def lines(diff: MonthDiff, whys: Mapping[tuple[int, bool], str] | None = None) -> list[str]:
    """The difference in words, a line each. `whys`: the reason by (project, whether it entered)."""
    said = whys or {}

    def why(row: MonthRow, entered: bool) -> str:
        words = said.get((row.project_id, entered), "")
        return f"（{words}）" if words else ""

    before, after = diff.before, diff.after
    found = [
        f"项目{len(before.rows)}个 → {len(after.rows)}个，年度计划{_plan(before)} → {_plan(after)}，"
        f"今年累计{_done(before)} → {_done(after)}"
    ]
    found += [f"新增 {row.entry.number} {row.entry.name}{why(row, True)}" for row in diff.entered]
    found += [f"退出 {row.entry.number} {row.entry.name}{why(row, False)}" for row in diff.left]
    found += [f"改名 {old.number} {old.name} → {new.name}" for old, new in diff.renamed]
    found += [f"变更 {one}" for one in diff.changed]
    grown = sorted((step for step in diff.moved if step.invested), key=lambda step: -step.invested)
    found += [
        f"投资 {step.after.entry.number} {step.after.entry.name}　{_signed(step.invested)}" for step in grown
    ]
    return found


def _signed(yuan: int) -> str:
    return f"{'增' if yuan > 0 else '减'}{money(abs(yuan))}"


def _plan(state: LedgerState) -> str:
    return money(sum(row.entry.annual_plan for row in state.rows.values()))


def _done(state: LedgerState) -> str:
    return money(sum(row.figures.year_invested or 0 for row in state.rows.values()))
