"""What a liaison reports, in acts: said back, doubted before it counts, put right. Feature 14, features 5 and 6."""

from collections.abc import Mapping
from datetime import date

import pytest

from bot.acts import Correct, Money, Progress, Scope, Status
from storage import reports
from tests.handlers.small_city import SmallCity, monday_nine

LIAISON = "王联络员"
MONTH, YEAR, TOTAL, WEEK = Scope.MONTH, Scope.YEAR, Scope.TOTAL, Scope.WEEK


@pytest.fixture
def city() -> SmallCity:
    return SmallCity(monday_nine())


def counted(city: SmallCity) -> list[Mapping[str, int]]:
    """The sums in 万元 of the reports that count, newest first."""
    return [
        {scope: yuan // 10_000 for scope, yuan in one.invested.items()} for one in reports.latest(city.tx, 1)
    ]


def reported(city: SmallCity, *sums: Money, percent: float | None = None) -> str:
    return city.do(LIAISON, Progress(1, sums, percent), "342改线9月投资、今年累计")


def test_a_report_is_said_back_with_its_share_of_the_plan(city: SmallCity) -> None:
    answer = city.do(
        LIAISON,
        Progress(1, (Money(1800, MONTH), Money(8400, YEAR)), 65),
        "342改线9月完成投资1800万元，今年累计8400万元，形象进度65%",
    )
    assert answer == (
        "记下了：国道342闻喜改线，9月投资1800万元，今年累计8400万元（年计划1亿元的84%），形象进度65%。"
        "写错了回“改成1900万”或“撤销”；现场照片直接发来。"
    )


def test_last_months_sum_is_named_by_its_month(city: SmallCity) -> None:
    answer = city.do(LIAISON, Progress(1, (Money(900, MONTH),)), "342改线上月完成投资900万")
    assert "8月投资900万元" in answer
    assert "3月投资" not in city.do(LIAISON, Progress(1, (Money(9000, YEAR),)), "1—3月投资9000万")


def test_a_step_without_figures_is_progress_too(city: SmallCity) -> None:
    answer = city.do(LIAISON, Progress(1), "342改线路基填了3公里")
    assert "路基填了3公里" in answer
    assert reports.project_facts(city.tx, [1])[1].last_progress_at == city.now


def test_over_the_plan_is_only_remarked(city: SmallCity) -> None:
    answer = reported(city, Money(11_000, YEAR))
    assert answer.startswith("记下了") and "已超年计划1000万元" in answer


@pytest.mark.parametrize(
    ("sums", "percent", "said"),
    [
        ((Money(210_000, TOTAL),), None, "超过总投资10亿元"),
        ((Money(16_000, YEAR),), None, "是年计划1亿元的1.6倍"),
        ((Money(5000, TOTAL), Money(6000, YEAR)), None, "比开工以来累计5000万元还多"),
        ((Money(5000, WEEK), Money(4000, YEAR)), None, "本周投资5000万元，比今年累计4000万元还多"),
        ((Money(11_000, MONTH),), None, "超过全年计划1亿元"),
        ((Money(7000, YEAR),), None, "比9月15日报的8000万元少"),
        ((Money(19_000, TOTAL),), None, "比9月15日报的2亿元少"),
        ((), 105, "超过100%"),
        ((), 59, "比9月15日报的60%低"),
    ],
)
def test_what_cannot_be_right_is_asked_before_it_counts(
    city: SmallCity, sums: tuple[Money, ...], percent: float | None, said: str
) -> None:
    reported(city, Money(8000, YEAR), Money(20_000, TOTAL), percent=60)
    before = counted(city)
    answer = reported(city, *sums, percent=percent)
    assert said in answer and "还没有记" in answer and "回“是”" in answer
    assert counted(city) == before
    assert city.says(LIAISON, "是").startswith("记下了")
    assert len(counted(city)) == len(before) + 1


@pytest.mark.parametrize(
    ("sums", "percent"),
    [
        ((Money(8000, YEAR),), None),  # the same again
        ((Money(15_000, YEAR),), None),  # half as much again as the plan: the last that is no doubt
        ((Money(100_000, TOTAL),), None),  # all of it
        ((), 100),
        ((), 60),
    ],
)
def test_the_last_figure_that_can_be_right_counts_at_once(
    city: SmallCity, sums: tuple[Money, ...], percent: float | None
) -> None:
    reported(city, Money(8000, YEAR), Money(20_000, TOTAL), percent=60)
    assert reported(city, *sums, percent=percent).startswith("记下了")


def test_a_finished_status_with_a_day_ahead_is_asked_about_a_fixed_one_is_not(city: SmallCity) -> None:
    ahead = date(2025, 10, 20)
    answer = city.do(LIAISON, Progress(1, status=Status.COMPLETED, date=ahead), "342改线10月20日已竣工")
    assert "还没到" in answer
    answer = city.do(LIAISON, Progress(1, status=Status.COMPLETED, date=ahead), "342改线定于10月20日竣工")
    assert "定于10月20日竣工" in answer
    assert reports.project_facts(city.tx, [1])[1].status is None


def test_a_day_long_gone_is_asked_about(city: SmallCity) -> None:
    answer = city.do(
        LIAISON, Progress(1, status=Status.STARTED, date=date(2024, 9, 10)), "342改线9月10日已开工"
    )
    assert "已过去半年以上" in answer


def test_not_confirmed_is_not_recorded(city: SmallCity) -> None:
    reported(city, Money(210_000, YEAR))
    assert "没有记" in city.says(LIAISON, "不记")
    assert counted(city) == []


def test_another_figure_takes_the_doubtful_ones_place(city: SmallCity) -> None:
    reported(city, Money(80_000, YEAR), Money(800, MONTH))
    city.means = lambda text: (Correct(None, (Money(8000),)),)
    assert "今年累计8000万元" in city.says(LIAISON, "改成8000万")
    assert counted(city) == [{"year": 8000, "month": 800}]


def test_a_figure_that_is_wrong_again_is_asked_about_again(city: SmallCity) -> None:
    reported(city, Money(800_000, YEAR))
    city.means = lambda text: (Correct(None, (Money(80_000),)),)
    assert "还没有记" in city.says(LIAISON, "改成8亿")
    assert counted(city) == []


def test_a_bare_amount_replaces_the_one_figure_of_its_size(city: SmallCity) -> None:
    reported(city, Money(1800, MONTH), Money(8400, YEAR))
    answer = city.do(LIAISON, Correct(None, (Money(1900),)), "改成1900万")
    assert "9月投资1800万元改为1900万元" in answer
    assert counted(city) == [{"month": 1900, "year": 8400}]


def test_where_two_figures_could_be_meant_it_is_asked(city: SmallCity) -> None:
    reported(city, Money(5000, MONTH), Money(8400, YEAR))
    answer = city.do(LIAISON, Correct(None, (Money(6000),)), "改成6000万")
    assert "第1个 9月投资5000万元" in answer and "第2个 今年累计8400万元" in answer
    assert "9月投资5000万元改为6000万元" in city.says(LIAISON, "第一个")
    assert counted(city)[0] == {"month": 6000, "year": 8400}


def test_a_correction_may_name_the_span(city: SmallCity) -> None:
    reported(city, Money(500))
    city.do(LIAISON, Correct(None, (Money(500, MONTH),)), "改成本月500万")
    assert counted(city) == [{"month": 500}]


def test_a_correction_that_lowers_what_it_corrects_is_no_doubt(city: SmallCity) -> None:
    reported(city, Money(8400, YEAR))
    assert city.do(LIAISON, Correct(None, (Money(7400),)), "改成7400万").startswith("已更正")


def test_a_correction_below_an_older_report_is_asked_about(city: SmallCity) -> None:
    reported(city, Money(8000, YEAR))
    reported(city, Money(8400, YEAR))
    assert "比9月15日报的8000万元少" in city.do(LIAISON, Correct(None, (Money(7400),)), "改成7400万")
    assert city.says(LIAISON, "是").startswith("已更正")
    assert counted(city) == [{"year": 7400}, {"year": 8000}]


def test_nothing_reported_nothing_to_correct(city: SmallCity) -> None:
    assert "没有可更正的" in city.do(LIAISON, Correct(None, (Money(1900),)), "改成1900万")


def test_who_does_not_report_on_the_project_hears_who_does(city: SmallCity) -> None:
    answer = city.do("李科长", Progress(1, (Money(1800, MONTH),)), "342改线本月1800万")
    assert "由联络员王联络员报送" in answer
    assert counted(city) == []


def test_the_liaison_hears_what_the_office_reported_in_his_place(city: SmallCity) -> None:
    city.do("赵主任", Progress(1, (Money(1800, MONTH),)), "代王联络员报：342改线9月投资1800万")
    city.do("赵主任", Progress(1, (Money(2800, MONTH),)), "342改线9月投资2800万")
    assert any("代您报了" in line and "2800万元" in line for line in city.told(LIAISON))
