"""`xiaohao import figures` and `plans`: shown first, then kept beside, taken back as it came (P3, P14)."""

import io
from pathlib import Path

import openpyxl
import pytest

from bot.app import demo_time
from bot.documents.faults import DocumentError
from bot.documents.figures_in import read_figures, read_month_plans
from bot.documents.templates_out import template
from bot.importing import undo
from bot.importing_figures import plan_figures, plan_month_plans
from storage import figures
from storage.database import Database
from storage.directory import read

AT, LATER = demo_time("2025-10-10 09:00"), demo_time("2025-10-11 09:00")
LAST = demo_time("2025-10-12 09:00")


def project_id(db: Database, number: int) -> int:
    found = db.read_now(lambda tx: read(tx, 2025)).project_numbered(number)
    assert found is not None
    return found.id


def sheet(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


@pytest.fixture
def demo(demo_url: str) -> Database:
    return Database(demo_url)


def test_figures_of_another_source_stand_beside_and_go_as_they_came(demo: Database, tmp_path: Path) -> None:
    one = project_id(demo, 21)

    def second() -> list[int]:
        return [each.yuan for each in demo.read_now(lambda tx: figures.as_of(tx, 2025, 9))[one].second]

    for at, sum_ in ((AT, "1.5"), (LATER, "1.6")):
        file = sheet(
            tmp_path,
            "统计.csv",
            f"1—9月投资完成情况,,\n序号,项目名称,累计完成投资（亿元）\n21,国道 342 线闻喜县城过境改线工程,{sum_}\n,合计,{sum_}\n",
        )
        plan = plan_figures(file, 2025, "统计", None)
        shown = demo.read_now(plan.show)
        assert "统计口径2025年1—9月，1个项目" in shown and f"{sum_}亿元" in shown
        demo.write_now(lambda tx, plan=plan, at=at: plan.apply(tx, at, ""))  # type: ignore[misc]
    assert second() == [160_000_000]
    assert "统计.csv（统计、第三方的数，1处改动）" in demo.write_now(lambda tx: undo(tx, "figures", LAST))
    assert second() == [150_000_000], "as before"
    demo.close()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("项目名称,累计完成投资（亿元）\n国道 342 线闻喜县城过境改线工程,1.5\n", "没有写是到几月的累计"),
        ("1—9月,\n项目名称,累计完成投资\n国道 342 线闻喜县城过境改线工程,1.5\n", "没写金额单位"),
        ("1—9月,\n项目名称,累计完成投资（亿元）\n国道 342 线闻喜县城过境改线工程,很多\n", "应是数字"),
        ("1—9月,\n项目名称,累计完成投资（亿元）\n月球基地,1.5\n", "台账里没有这个项目：月球基地"),
    ],
)
def test_what_cannot_be_read_is_said_and_nothing_is_done(
    demo: Database, tmp_path: Path, text: str, fault: str
) -> None:
    file = sheet(tmp_path, "统计.csv", text)
    with pytest.raises(DocumentError) as caught:
        plan = plan_figures(file, 2025, "统计", None)
        demo.read_now(plan.show)
    assert fault in str(caught.value)
    demo.close()


def test_a_plan_by_month_comes_from_a_sheet(demo: Database, tmp_path: Path) -> None:
    one = project_id(demo, 21)

    def planned(month: int) -> int:
        return demo.read_now(lambda tx: figures.as_of(tx, 2025, month))[one].planned // 10_000

    file = sheet(
        tmp_path,
        "计划.csv",
        "单位：万元,,,\n项目名称,8月,9月,10月\n国道 342 线闻喜县城过境改线工程,5000,8000,12000\n",
    )
    plan = plan_month_plans(file, 2025)
    assert "3个月，合计2.5亿元" in demo.read_now(plan.show)
    demo.write_now(lambda tx: plan.apply(tx, AT, ""))
    assert (planned(7), planned(8), planned(9), planned(10)) == (0, 5000, 13000, 25000)
    demo.write_now(lambda tx: undo(tx, "plans", LATER))
    assert planned(9) == 18750, "the line again"
    demo.close()


def test_the_templates_are_read_as_they_are_filled_in() -> None:
    def filled(kind: str, row: list[object]) -> bytes:
        book = openpyxl.load_workbook(io.BytesIO(template(kind)))
        for place, value in enumerate(row, 1):
            book.worksheets[0].cell(2, place, value)
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    assert read_figures(filled("figures", [1, 18000]), "统计.xlsx").rows == ((2, "1", 180_000_000),)
    (_, project, months) = read_month_plans(filled("plans", [1, *[4000] * 12]), "月计划.xlsx").rows[0]
    assert project == "1" and dict(months) == {month: 40_000_000 for month in range(1, 13)}


def test_a_unit_that_is_nowhere_is_said_once_and_not_for_each_cell() -> None:
    text = (
        "项目," + ",".join(f"{month}月" for month in range(1, 13)) + "\n1" + ",4000" * 12 + "\n2" + ",1" * 12
    )
    with pytest.raises(DocumentError) as caught:
        read_month_plans(text.encode(), "月计划.csv")
    assert [fault.reason for fault in caught.value.faults] == [
        "没写金额单位，请在表头上面写“单位：万元”，或在表头注明（亿元）（万元）或（元）"
    ]
