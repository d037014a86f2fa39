"""What a new ledger changes: by name, and renamed projects by number and owner. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from difflib import SequenceMatcher

from bot.documents.ledger_in import LedgerFile, LedgerRow

_ALIKE = 0.5  # names at least so alike, at the same number or with the same owner, are one project
_SAID = {
    "number": "序号",
    "group": "分组",
    "owners": "项目单位",
    "place": "建设地点",
    "build_kind": "建设性质",
    "field": "领域",
    "total_investment": "总投资",
    "annual_plan": "年度计划投资",
    "start_month": "开工时间",
    "finish_month": "竣工时间",
    "tier": "级别",
    "note": "备注",
}
_WORDS = {
    "preliminary": "前期", "new": "新建", "continuing": "续建", "industry": "产业类",
    "infrastructure": "基础设施类", "livelihood": "社会民生类", "province": "省重点", "city": "市重点", "county": "县重点",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Changed:
    """One field of a project that stays: before and after."""

    number: int
    name: str
    field: str
    before: object
    after: object

    def __str__(self) -> str:
        return f"{self.number} {self.name}　{self.words}"

    @property
    def words(self) -> str:
        """The change alone: 总投资：2.00亿元 → 2.50亿元."""
        return f"{called(self.field)}：{say(self.field, self.before)} → {say(self.field, self.after)}"


def called(field: str) -> str:
    """What a column is called; as it is where people don't see it."""
    return _SAID.get(field, field)


def say(field: str, value: object) -> str:
    """A value of that column as people read it."""
    if isinstance(value, list | tuple):
        return "、".join(map(str, value)) or "无"
    if field in ("total_investment", "annual_plan") and isinstance(value, int):
        return f"{value / 100_000_000:.2f}亿元"
    return _WORDS.get(str(value), str(value)) if value else "无"


@dataclass(frozen=True, slots=True)
class LedgerDiff:
    """New rows, changed fields, renamed (old, new), gone rows, and how many stay as they are."""

    new: tuple[LedgerRow, ...]
    changed: tuple[Changed, ...]
    renamed: tuple[tuple[LedgerRow, LedgerRow], ...]
    gone: tuple[LedgerRow, ...]
    unchanged: int


def compare(old: Sequence[LedgerRow], new: LedgerFile) -> LedgerDiff:
    """What the file changes in the ledger as it stands."""
    by_name = {row.name: row for row in old}
    kept = {row.name for row in new.rows} & set(by_name)
    left = [row for row in old if row.name not in kept]
    fresh, pairs = [], [(by_name[row.name], row) for row in new.rows if row.name in kept]
    renamed = []
    for row in new.rows:
        if row.name in kept:
            continue
        former = _former(row, left)
        if former is None:
            fresh.append(row)
        else:
            left.remove(former)
            renamed.append((former, row))
            pairs.append((former, row))
    changed = [one for before, after in pairs for one in changes(before, after)]
    touched = {one.name for one in changed} | {after.name for _, after in renamed}
    return LedgerDiff(
        tuple(fresh),
        tuple(changed),
        tuple(renamed),
        tuple(left),
        sum(1 for _, after in pairs if after.name not in touched),
    )


def _former(row: LedgerRow, left: Sequence[LedgerRow]) -> LedgerRow | None:
    """The row under whose other name this project stood."""

    def alike(other: LedgerRow) -> float:
        return SequenceMatcher(None, row.name, other.name, autojunk=False).ratio()

    near = [one for one in left if one.number == row.number or set(one.owners) & set(row.owners)]
    best = max(near, key=alike, default=None)
    return best if best is not None and alike(best) >= _ALIKE else None


def changes(before: LedgerRow, after: LedgerRow) -> list[Changed]:
    """The columns of a row that are not what they were."""
    return [
        Changed(after.number, after.name, field.name, getattr(before, field.name), getattr(after, field.name))
        for field in fields(LedgerRow)
        if field.name in _SAID and getattr(before, field.name) != getattr(after, field.name)
    ]
