"""Reading a file in, in two strokes: a plan that shows what would change, then the change."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bot.calendar import Calendar
from bot.documents.faults import DocumentError, Fault
from bot.documents.ledger_diff import LedgerDiff
from bot.documents.ledger_in import LedgerFile, read_ledger
from bot.documents.nicknames_in import NicknameRow, read_nicknames
from bot.documents.people_in import PersonRow, read_with_faults
from bot.documents.reserve_in import ReserveRow, read_reserve
from bot.documents.units_in import read_units
from bot.mechanism import regime as regimes
from bot.mechanism.adjust import bar_words, below
from bot.mechanism.model import Regime
from bot.understanding import Understanding
from bot.wording import number
from handlers.nicknames import why_not
from storage import directory, import_people, import_units, imports, reserve
from storage.changes import NOBODY, By
from storage.database import Tx
from storage.directory import Directory, Project
from storage.reserve import Entry

_YI = 100_000_000
_MOST_LINES = 60
CITY_OWN = ("市直", "市本级", "运城市", "")
_KINDS = {
    "ledger": "台账",
    "units": "单位",
    "people": "人员",
    "reserve": "储备项目",
    "figures": "统计、第三方的数",
    "plans": "月计划",
}


@dataclass(frozen=True, slots=True)
class Plan:
    """A file that was read. `show` says what it would change; `apply` does it. `is_new` tells a file that would
    change nothing, where that is known."""

    show: Callable[[Tx], str]
    apply: Callable[[Tx, datetime, str], None]
    is_new: Callable[[Tx], bool] = lambda tx: True


@dataclass(frozen=True, slots=True)
class Adjusting:
    """What goes with a ledger that changes one that stands: why projects are left out, by number (0: all others
    and whatever else changes), whether those below the regime's bars are entered all the same, and who says so."""

    regime: Regime
    reasons: Mapping[int, str] = field(default_factory=dict)
    confirmed: bool = False
    by: By = NOBODY


def plan(kind: str, file: Path, year: int, adjusting: Adjusting | None = None) -> Plan:
    """Read the file. Raises bot.documents.faults.DocumentError.

    The plan raises it too, where the file doesn't fit the city, and storage.import_units.ImportFault.
    """
    body = file.read_bytes()
    if kind == "ledger":
        return _plan_ledger(read_ledger(body, file.name, year), body, file.name, year, adjusting)
    if kind == "units":
        units = read_units(body, file.name)

        def show_units(tx: Tx) -> str:
            if faults := import_units.check_units(tx, units):
                raise import_units.ImportFault(faults)
            return f"{file.name}：{len(units)}个单位，{_changes(tx, 'units', [u.name for u in units])}"

        return Plan(
            show_units,
            lambda tx, at, shown: import_units.apply_units(tx, units, body, file.name, at, shown),
        )
    if kind == "nicknames":
        return _plan_nicknames(read_nicknames(body, file.name), body, file.name, year)
    if kind == "reserve":
        return _plan_reserve(read_reserve(body, file.name), body, file.name, year)
    return _plan_people(*read_with_faults(body, file.name), body, file.name, year)


def undo(tx: Tx, kind: str, at: datetime) -> str:
    """Undo the last import of that kind; its file's name, and what was taken back."""
    undone = imports.undo_last(tx, kind, at)
    if kind == "nicknames":
        words = [f"　{name}　去掉{'、'.join(words)}" for name, words in undone.nicknames]
        return "\n".join([undone.file_name, *(words or ["　它加的叫法先前都已去掉，没有可去掉的"])])
    return f"{undone.file_name}（{_KINDS[kind]}，{undone.changes}处改动）"


def _plan_people(
    people: tuple[PersonRow, ...], wrong: list[Fault], body: bytes, name: str, year: int
) -> Plan:
    """What is wrong with the file by itself is told together with what the city doesn't know."""

    def check(tx: Tx) -> None:
        if faults := wrong + import_people.check_people(tx, year, people):
            raise DocumentError(sorted(faults, key=lambda fault: fault.row or 0))

    def show(tx: Tx) -> str:
        check(tx)
        shown = f"{name}：{len(people)}人，{_changes(tx, 'people', [p.name for p in people])}"
        outside = import_people.units_not_listed(tx, people)
        return f"{shown}\n名录里没有的单位：{'、'.join(outside)}" if outside else shown

    def apply(tx: Tx, at: datetime, shown: str) -> None:
        check(tx)
        import_people.apply_people(tx, year, people, body, name, at, shown)

    return Plan(show, apply)


def _plan_reserve(rows: tuple[ReserveRow, ...], body: bytes, name: str, year: int) -> Plan:
    """Projects before the ledger; a county that the city doesn't have is a fault."""

    def entries(tx: Tx) -> list[Entry]:
        areas = {one.name: one.id for one in directory.read(tx, year).areas}
        areas |= {one[:-1]: found for one, found in areas.items()}
        faults = [
            Fault(f"没有这个县（市、区）：“{row.area}”，市直的写“市直”", row=row.row, column="县（市、区）")
            for row in rows
            if row.area not in areas and row.area not in CITY_OWN
        ]
        if faults:
            raise DocumentError(faults)
        return [
            Entry(
                row.name,
                areas.get(row.area),
                row.field,
                row.total,
                row.plan,
                row.stage,
                row.days,
                row.note,
            )
            for row in rows
        ]

    def show(tx: Tx) -> str:
        found, known = entries(tx), reserve.known(tx)
        new = [one.name for one in found if one.name not in known]
        total = sum(one.total for one in found)
        head = f"{name}：{len(found)}个储备项目，总投资{_yi(total)}亿元，新增{len(new)}个"
        return "\n".join([head, *(f"　新增　{one}" for one in new[:_MOST_LINES])])

    def apply(tx: Tx, at: datetime, shown: str) -> None:
        reserve.enter(tx, entries(tx), at=at, source=name, body=body, summary=shown)

    return Plan(show, apply)


def _plan_nicknames(rows: tuple[NicknameRow, ...], body: bytes, name: str, year: int) -> Plan:
    """Rows that name no project, and nicknames that mean something else already, are told all at once."""

    def meant(tx: Tx) -> dict[Project, list[str]]:
        city = directory.read(tx, year)
        projects, units, areas = city.names()
        reader = Understanding(projects, units, Calendar(), areas)
        found: dict[Project, list[str]] = {}
        faults: list[Fault] = []
        whose: dict[str, Project] = {}
        for row in rows:
            project = named(row.project, city, reader)
            if project is None:
                reason = f"{year}年台账里没有这个项目：{row.project}"
                faults.append(Fault(reason, row=row.row, column="项目"))
                continue
            for word in row.nicknames:
                other = whose.setdefault(word, project)
                reason = why_not(word, project, city, reader)
                if other.id != project.id:
                    reason = f"“{word}”在这个文件里已是{other.name}的叫法，一个叫法只能归一个项目"
                if reason:
                    faults.append(Fault(reason, row=row.row, column="叫法"))
                elif word not in (project.name, *project.nicknames):
                    found.setdefault(project, []).append(word)
        if faults:
            raise DocumentError(faults)
        return found

    def show(tx: Tx) -> str:
        found = meant(tx)
        lines = [f"{name}：{len(rows)}行，{len(found)}个项目新增{sum(map(len, found.values()))}个叫法"]
        lines += [f"　{one.number} {one.name}　加{'、'.join(words)}" for one, words in found.items()]
        return "\n".join(lines)

    def apply(tx: Tx, at: datetime, shown: str) -> None:
        new = {project.id: words for project, words in meant(tx).items()}
        imports.apply_nicknames(tx, new, body, name, at, shown)

    return Plan(show, apply, lambda tx: bool(meant(tx)))


def named(words: str, city: Directory, reader: Understanding) -> Project | None:
    """The project of that number, that name, or the only one that is called so."""
    if words.isdigit():
        return city.project_numbered(int(words))
    bare = "".join(words.split())
    found = [one for one in city.ledger if bare == "".join(one.name.split())]
    if not found:
        found = [one for number in reader.called(words) if (one := city.project_numbered(number))]
    return found[0] if len(found) == 1 else None


def _plan_ledger(file: LedgerFile, body: bytes, name: str, year: int, adjusting: Adjusting | None) -> Plan:
    """Without `adjusting` nothing is asked: a first ledger, or one that a demo is filled with."""

    def show(tx: Tx) -> str:
        before = imports.year_to_compare(tx, year)
        compared = "" if before == year else f"与{before}年台账相比："
        diff = imports.compare_ledger(tx, year, file)
        asked = _to_be_said(tx, year, diff, adjusting) if adjusting else []
        return "\n".join([_ledger_words(file, diff, name, compared), *asked])

    def apply(tx: Tx, at: datetime, shown: str) -> None:
        said = adjusting or Adjusting(regimes.load(regimes.DEFAULT))
        if adjusting and (asked := _to_be_said(tx, year, imports.compare_ledger(tx, year, file), adjusting)):
            raise import_units.ImportFault(asked)
        imports.apply_ledger(tx, year, file, body, name, at, shown, said.by, said.reasons)

    return Plan(show, apply)


def _to_be_said(tx: Tx, year: int, diff: LedgerDiff, adjusting: Adjusting) -> list[str]:
    """What must still be said before a ledger that stands is changed: why projects leave, and who is below the bar.

    A year's first ledger is the office's own choice: nothing is asked of it.
    """
    if not imports.ledger_of(tx, year):
        return []
    asked = []
    if 0 not in adjusting.reasons:
        gone = [row for row in diff.gone if row.number not in adjusting.reasons]
        asked += [f"{row.number} {row.name}：不再列入要写原因，加 --reason {row.number}=原因" for row in gone]
    if not adjusting.confirmed:
        for row in diff.new:
            bars = below(adjusting.regime.adjust, row.field, row.total_investment, row.annual_plan)
            words = "；".join(bar_words(bar, adjusting.regime) for bar in bars)
            if words:
                asked.append(f"{row.number} {row.name}：低于列入门槛（{words}），仍要列入加 --below-bar")
    return asked


def _changes(tx: Tx, kind: str, names: list[str]) -> str:
    known = imports.names_of(tx, kind)
    new = [name for name in names if name not in known]
    if not known:
        return "都是新增"
    if not new:
        return "没有新增"
    return f"新增{len(new)}：{'、'.join(new[:20])}{'等' if len(new) > 20 else ''}"


def _ledger_words(file: LedgerFile, diff: LedgerDiff, name: str, compared: str) -> str:
    lines = [
        f"{name}　工作表“{file.sheet}”　{file.title}",
        f"共{len(file.rows)}个项目，总投资{_yi(file.total_investment)}亿元，"
        f"年度计划{_yi(file.annual_plan)}亿元",
    ]
    lines += [
        f"　{group.name}　{group.count}个　{_yi(group.total_investment)}　{_yi(group.annual_plan)}"
        for group in file.groups
    ]
    lines.append(
        f"{compared}新增{len(diff.new)}，变更{len(diff.changed)}，改名{len(diff.renamed)}，"
        f"不再列入{len(diff.gone)}，没有变化{diff.unchanged}"
    )
    lines += [f"　新增　{row.number} {row.name}" for row in diff.new]
    lines += [f"　改名　{old.number} {old.name} → {new.name}" for old, new in diff.renamed]
    for change in diff.changed:
        lines.append(f"　变更　{change}")
    lines += [f"　不再列入　{row.number} {row.name}" for row in diff.gone]
    if len(lines) > _MOST_LINES:
        lines = [*lines[:_MOST_LINES], f"　……另有{len(lines) - _MOST_LINES}行"]
    return "\n".join(lines)


def _yi(yuan: int) -> str:
    return f"{yuan / _YI:.2f}" if yuan % 1_000_000 == 0 else number(yuan / _YI, 8)
