"""Files that are read in: each change kept with what stood before, so that the last import can be undone."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.documents.faults import DocumentError
from bot.documents.ledger_in import LONGEST as LONGEST_OF_LEDGER
from bot.documents.ledger_in import LedgerFile, LedgerRow
from bot.documents.people_in import LONGEST as LONGEST_OF_PEOPLE
from bot.documents.people_in import PersonRow
from bot.documents.units_in import UnitRow
from storage import directory, import_people, import_units, imports
from storage.database import Database, Tx
from storage.directory import Directory
from storage.import_units import ImportFault
from storage.imports import NothingToUndo
from storage.tables import change, import_run, metadata, person, project
from tests.storage.conftest import START, YEAR

ROADS = LedgerRow(
    number=1, group="闻喜县", name="国道342改线工程", owners=("县交通局",), place="闻喜县", build_kind="new",
    field="infrastructure", total_investment=800_000_000, annual_plan=300_000_000, start_month="2025-03",
    finish_month="2026-12", start_is_actual=False, tier="city", note="", row=5,
)  # fmt: skip
HOSPITAL = replace(
    ROADS, number=2, group="市直", name="市医院一期", owners=("市卫健委",), place="运城", row=6
)
UNITS = [UnitRow("市水务局", "city", ("水务局",)), UnitRow("闻喜县人民政府", "county", ())]
LIU = PersonRow("刘工", "", "", "", "市水务局", ("联络员",), (1,), "", {"console": "liu"})
LEADER = PersonRow("李建国", "李市长", "副市长", "", "", ("市级包联领导",), (1,), "刘工", {"console": "li"})

PERSON_COLUMNS = {
    "name": "name", "address": "address", "title": "title", "unit": "unit_words", "phone": "phone",
}  # fmt: skip


def ledger(db: Database, *rows: LedgerRow) -> None:
    file = LedgerFile("台账", YEAR, rows, (), 0, 0, "Sheet1")
    db.write_now(lambda tx: imports.apply_ledger(tx, YEAR, file, b"x", "l.xlsx", START, ""))


def units(db: Database, rows: Sequence[UnitRow] = UNITS) -> None:
    db.write_now(lambda tx: import_units.apply_units(tx, rows, b"x", "u.csv", START, ""))


def people(db: Database, *rows: PersonRow) -> None:
    db.write_now(lambda tx: import_people.apply_people(tx, YEAR, rows, b"x", "p.csv", START, ""))


def undo(db: Database, kind: str) -> str:
    return db.write_now(lambda tx: imports.undo_last(tx, kind, START)).file_name


def picture(db: Database) -> Directory:
    return replace(db.read_now(lambda tx: directory.read(tx, YEAR)), version=0)


def everything(db: Database) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of the city, but not the history of the imports."""

    def read(tx: Tx) -> dict[str, list[tuple[Any, ...]]]:
        skip = {"import_run", "change", "setting"}
        return {
            table.name: [tuple(row) for row in tx.execute(select(table).order_by(*table.primary_key))]
            for table in metadata.sorted_tables
            if table.name not in skip
        }

    return db.read_now(read)


@pytest.fixture
def filled(db: Database) -> Database:
    units(db)
    ledger(db, ROADS, HOSPITAL)
    people(db, LIU, LEADER)
    return db


def test_what_the_files_say_is_what_the_city_knows(filled: Database) -> None:
    city = picture(filled)
    roads = city.project_numbered(1)
    assert roads is not None and (roads.name, roads.area, roads.annual_plan) == (
        ROADS.name,
        "闻喜县",
        300_000_000,
    )
    county = city.unit_named("闻喜县人民政府")
    assert county is not None and county.area_id == roads.area_id
    leader = city.person_of("console", "li")
    assert leader is not None and leader.called == "李市长"
    assert [city.people[one].name for one in (*roads.liaisons, *roads.city_sponsors)] == ["刘工", "李建国"]
    assert leader.secretary_id == roads.liaisons[0]


def test_the_same_file_again_changes_nothing(filled: Database) -> None:
    before = everything(filled)
    units(filled)
    ledger(filled, ROADS, HOSPITAL)
    people(filled, LIU, LEADER)
    assert everything(filled) == before


def test_a_project_keeps_its_identity_when_number_name_or_plan_change(filled: Database) -> None:
    before = picture(filled).project_numbered(1)
    assert before is not None
    renamed = replace(ROADS, name="国道342闻喜改线工程", annual_plan=350_000_000)
    ledger(filled, HOSPITAL, renamed)
    after = picture(filled).project_numbered(1)
    assert after is not None and after.id == before.id
    assert (after.former_names, after.annual_plan) == ((ROADS.name,), 350_000_000)
    plans = [
        (row.annual_plan, row.plan_at_start)
        for row in filled.read_now(lambda tx: tx.execute(select(metadata.tables["ledger_entry"])).all())
    ]
    assert (350_000_000, 300_000_000) in plans


def test_a_project_that_is_listed_no_more_is_kept_but_gone(filled: Database) -> None:
    ledger(filled, ROADS)
    assert picture(filled).project_numbered(2) is None
    assert len(everything(filled)["project"]) == 2


@pytest.mark.parametrize("kind", ["ledger", "units", "people"])
def test_the_last_import_of_a_kind_can_be_undone(filled: Database, kind: str) -> None:
    before = everything(filled)
    seen = picture(filled)
    if kind == "ledger":
        ledger(filled, replace(ROADS, annual_plan=1, name="国道342闻喜改线工程"), replace(HOSPITAL, number=3))
    elif kind == "units":
        units(filled, [UnitRow("市水务局", "county", ("水务",))])
    else:
        people(filled, replace(LIU, projects=(1, 2), phone="1"), LEADER)
    assert everything(filled) != before
    undo(filled, kind)
    assert everything(filled) == before
    assert picture(filled) == seen


def test_undoing_the_first_ledger_leaves_no_project_in_it(filled: Database) -> None:
    assert undo(filled, "ledger") == "l.xlsx"
    assert [picture(filled).project_numbered(number) for number in (1, 2)] == [None, None]
    ledger(filled, ROADS, HOSPITAL)
    assert len(picture(filled).projects) == 2


def test_undo_goes_back_import_by_import_and_then_says_that_nothing_is_left(filled: Database) -> None:
    ledger(filled, ROADS)
    undo(filled, "ledger")
    assert picture(filled).project_numbered(2) is not None
    undo(filled, "ledger")
    with pytest.raises(NothingToUndo):
        undo(filled, "ledger")


def test_people_of_unknown_projects_are_refused_and_nothing_is_entered(filled: Database) -> None:
    before = everything(filled)
    with pytest.raises(DocumentError) as fault:
        people(
            filled,
            replace(LIU, name="新人", projects=(77,), row=3),
            replace(LIU, name="又一人", secretary="无此人", row=4),
            replace(LIU, name="第三人", roles=("13710联系人",), unit="市水利局", row=5),
        )
    assert [str(one) for one in fault.value.faults] == [
        "第3行，项目列：新人：2025年台账里没有序号77的项目",
        "第4行，秘书列：又一人：秘书“无此人”不在名单里",
        "第5行，单位列：第三人：单位目录里没有“市水利局”，13710联系人要有目录里的单位，是不是“市水务局”？",
    ]
    assert everything(filled) == before


def test_people_before_the_ledger_are_told_so_once(db: Database) -> None:
    units(db)
    with pytest.raises(DocumentError) as fault:
        people(db, LIU, LEADER)
    assert [str(one) for one in fault.value.faults] == ["还没有2025年的台账，请先导入台账，再导入人员"]


def test_a_secretary_is_told_from_others_of_his_name_by_the_unit(filled: Database) -> None:
    chen = PersonRow("陈静", "", "", "", "市水务局", ("秘书",), (), "", {"console": "chen"})
    other = replace(chen, unit="闻喜县人民政府", accounts={"console": "chen2"})
    with pytest.raises(DocumentError, match="秘书“陈静”有2个同名的人，请写成单位加姓名，如 市水务局陈静"):
        people(filled, chen, other, replace(LEADER, secretary="陈静"))
    people(filled, chen, other, replace(LEADER, secretary="闻喜县人民政府陈静"))
    leader, his = (picture(filled).person_of("console", one) for one in ("li", "chen2"))
    assert leader is not None and his is not None and leader.secretary_id == his.id
    people(filled, chen, other, replace(LEADER, unit="市水务局", secretary="陈静", accounts={}))
    found = [one for one in picture(filled).people.values() if one.name == LEADER.name]
    assert picture(filled).people[found[-1].secretary_id or 0].unit == "市水务局"


def test_units_that_people_or_tickets_use_stay(filled: Database) -> None:
    before = everything(filled)
    with pytest.raises(ImportFault, match="市水务局还有1人，撤销后就没有这个单位了，所以没有撤销"):
        undo(filled, "units")
    with pytest.raises(ImportFault, match="市水务局还有1人，不能从单位目录里去掉"):
        units(filled, UNITS[1:])
    assert everything(filled) == before
    units(filled, UNITS[:1])
    assert picture(filled).unit_named("闻喜县人民政府") is None
    undo(filled, "units")
    assert picture(filled).unit_named("闻喜县人民政府") is not None


def test_next_years_ledger_is_of_the_same_projects(filled: Database) -> None:
    before = picture(filled)
    file = LedgerFile(
        "台账", 2026, (replace(HOSPITAL, number=1), replace(ROADS, number=2, name="国道342闻喜改线工程")),
        (), 0, 0, "Sheet1",
    )  # fmt: skip
    filled.write_now(lambda tx: imports.apply_ledger(tx, 2026, file, b"y", "l.xlsx", START, ""))
    after = filled.read_now(lambda tx: directory.read(tx, 2026))
    assert set(after.projects) == set(before.projects)
    roads = after.project_numbered(2)
    assert roads is not None and roads.former_names == (ROADS.name,)
    assert [after.people[one].name for one in roads.liaisons] == ["刘工"]


def test_undoing_a_ledger_leaves_what_was_reported_since(filled: Database) -> None:
    ledger(filled, replace(ROADS, note="改过的备注"), HOSPITAL)
    filled.write_now(lambda tx: tx.execute(update(project).values(percent=62.0, status="construction")))
    undo(filled, "ledger")
    rows = filled.read_now(lambda tx: tx.execute(select(project)).all())
    assert {(row.note, row.percent, row.status) for row in rows} == {("", 62.0, "construction")}


def test_what_the_readers_let_through_fits_the_tables() -> None:
    assert {
        name: person.c[column].type.length for name, column in PERSON_COLUMNS.items()
    } == LONGEST_OF_PEOPLE
    assert {name: project.c[name].type.length for name in LONGEST_OF_LEDGER} == LONGEST_OF_LEDGER


def test_each_change_is_kept_with_what_stood_before(filled: Database) -> None:
    ledger(filled, replace(ROADS, annual_plan=350_000_000), HOSPITAL)
    last = filled.read_now(lambda tx: tx.execute(select(import_run).order_by(import_run.c.id.desc())).first())
    assert last is not None
    changes = filled.read_now(
        lambda tx: tx.execute(select(change).where(change.c.import_run_id == last.id)).all()
    )
    assert [(c.table_name, c.before["annual_plan"], c.after["annual_plan"]) for c in changes] == [
        ("ledger_entry", 300_000_000, 350_000_000)
    ]
