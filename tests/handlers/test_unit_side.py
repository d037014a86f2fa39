"""What the undertaking unit and the office say about its work, each step alone."""

from datetime import date

import pytest

from bot.acts import (
    Acknowledge,
    Act,
    Blocker,
    Category,
    Dispatch,
    Extend,
    Feedback,
    Grade,
    Node,
    Plan,
    Resolve,
    Return,
    Severity,
)
from bot.mechanism.states import State
from storage import tickets
from tests.handlers.small_city import SmallCity, monday_nine


@pytest.fixture
def city() -> SmallCity:
    return SmallCity(monday_nine())


def dispatched(city: SmallCity, *units: str) -> None:
    """A blocker is reported and dispatched; of several units the first leads."""
    names = units or ("市水务局",)
    city.do("王联络员", Blocker(Category.UTILITIES, 1, names), "国道342卡在供水管迁改")
    for number, name in enumerate(names):
        city.do("赵主任", Dispatch(1, name), f"1号交办{name}" if number == 0 else f"1号请{name}协办")
    assert city.ticket().state is State.DISPATCHED
    city.delivered()


def newest_step(city: SmallCity) -> tuple[str, str]:
    """What the newest step was and by which way it came."""
    step = tickets.steps_of(city.tx, city.ticket().id)[-1]
    return step.kind, step.way


def test_T2_a_day_gone_by_is_no_promise(city: SmallCity) -> None:
    dispatched(city)
    answer = city.do("李科长", Acknowledge(1, "周工", date(2025, 9, 1)), "周工，1日前")
    assert "已经过去" in answer
    assert city.ticket().state is State.DISPATCHED


def test_T2_a_new_promise_takes_the_place_of_the_old_one(city: SmallCity) -> None:
    dispatched(city)
    city.do("李科长", Acknowledge(1, "周工", date(2025, 9, 20)), "1号周工负责，20日前办完")
    city.do("李科长", Acknowledge(1, None, date(2025, 9, 18)), "1号18日前办完")
    assert city.limits()["promise"].say == "贵单位定的9月18日"
    assert city.ticket().assignee == "周工"
    assert any("安排有调整" in line for line in city.told("王联络员"))


def test_T2_who_writes_我来办_is_the_one(city: SmallCity) -> None:
    dispatched(city)
    answer = city.do("李科长", Acknowledge(1), "1号收到，我来办")
    assert "李科长负责" in answer


def test_T2_a_secondary_answer_about_another_ticket_is_no_answer(city: SmallCity) -> None:
    dispatched(city)
    city.do("李科长", Acknowledge(1), "1号收到")

    def means(text: str) -> tuple[Act, ...]:
        return (Resolve(2),) if text == "2号已迁完" else ()

    city.means = means
    assert city.says("李科长", "2号已迁完") == "（没有人接这句话）"


def test_T2_the_office_answers_for_a_unit_and_both_names_stand(city: SmallCity) -> None:
    dispatched(city)
    city.do("赵主任", Acknowledge(1, "周工"), "代李科长报：1号周工负责")
    step = tickets.steps_of(city.tx, city.ticket().id)[-1]
    assert step.person_id == city.person("赵主任").id
    assert "李科长" in step.on_behalf


def test_T3_feedback_of_an_assisting_unit_leaves_the_leads_clock(city: SmallCity) -> None:
    dispatched(city, "市水务局", "市住建局")
    city.do("郑科长", Feedback(1), "1号我局已到现场")
    assert "feedback" in city.limits()
    assert any("市住建局（协办）" in line for line in city.told("王联络员"))


def test_T5_an_assisting_unit_asks_for_no_extension(city: SmallCity) -> None:
    dispatched(city, "市水务局", "市住建局")
    answer = city.do("郑科长", Extend(1, date(2025, 9, 26)), "1号申请延期到26日，管材没到")
    assert "牵头单位" in answer
    assert city.ticket().asks is None


def test_T5_whoever_thinks_better_of_an_extension_says_no(city: SmallCity) -> None:
    dispatched(city)
    assert "想延到哪天" in city.do("李科长", Extend(1), "1号申请延期")
    assert "不申请延期" in city.says("李科长", "算了")
    assert city.ticket().asks is None


def test_T6_a_node_gone_by_is_refused(city: SmallCity) -> None:
    dispatched(city)
    city.do("赵主任", Grade(1, Severity.COMPLEX), "1号定为重大复杂")
    answer = city.do("李科长", Plan(1, (Node(date(2025, 9, 1), "设计"),)), "1号方案：9月1日设计")
    assert "节点日期已经过了" in answer
    assert "complex" in city.limits()


def test_T6_a_plan_without_nodes_is_asked_for_them(city: SmallCity) -> None:
    dispatched(city)
    city.do("赵主任", Grade(1, Severity.COMPLEX), "1号定为重大复杂")
    assert "有哪些节点" in city.do("李科长", Plan(1), "1号报方案")
    city.means = lambda text: (Plan(1, (Node(date(2025, 10, 10), "迁完"),)),)
    assert "1个节点" in city.says("李科长", "10月10日迁完")
    assert "node" in city.limits()


def test_T7_the_document_number_is_proof(city: SmallCity) -> None:
    dispatched(city)
    answer = city.do("李科长", Resolve(1), "1号已批复，运水许〔2025〕12号")
    assert "佐证记下了：运水许〔2025〕12号" in answer
    assert any("运水许〔2025〕12号" in line for line in city.told("王联络员"))


def test_T7_an_assisting_unit_ends_its_own_part_only(city: SmallCity) -> None:
    dispatched(city, "市水务局", "市住建局")
    answer = city.do("郑科长", Resolve(1), "1号我局已办好")
    assert "销号由牵头单位申请" in answer
    assert city.ticket().state is State.DISPATCHED
    assert any("市住建局（协办）说已办好" in line for line in city.told("李科长"))


def test_T7_after_the_claim_more_proof_goes_to_who_confirms(city: SmallCity) -> None:
    dispatched(city)
    city.do("李科长", Resolve(1), "1号已迁完，申请销号")
    city.delivered()
    assert "正等确认" in city.do("李科长", Feedback(1), "1号验收单已盖章")
    assert any("验收单已盖章" in line for line in city.told("王联络员"))


def test_T7_a_stranger_to_the_ticket_claims_nothing(city: SmallCity) -> None:
    dispatched(city)
    answer = city.do("县水利何", Resolve(1), "1号已解决")
    assert "没有查到" in answer
    assert city.ticket().state is State.DISPATCHED


def test_a_return_to_its_own_unit_makes_no_sense(city: SmallCity) -> None:
    dispatched(city)
    answer = city.do("李科长", Return(1, "市水务局"), "1号退回，应由市水务局办")
    assert "应由XX局办" in answer
    assert city.ticket().asks is None


def test_a_return_names_whose_it_is_and_the_office_may_hand_it_on(city: SmallCity) -> None:
    dispatched(city)
    city.do("李科长", Return(1, "市住建局"), "1号退回，应由市住建局办")
    assert city.ticket().asks == {"what": "return", "unit": "市住建局", "reason": "应由市住建局办"}
    city.delivered()
    city.do("赵主任", Dispatch(1, "市住建局"), "1号交办市住建局")
    assert city.ticket().lead_id == city.person("郑科长").unit_id
    assert city.ticket().asks is None


def test_T2_clocks_of_an_undelivered_dispatch_start_when_the_unit_is_told(city: SmallCity) -> None:
    dispatched(city, "市公安局")
    assert city.limits() == {}
    city.pass_time(days=1)
    answer = city.says("赵主任", "1号已电话告知市公安局陈警官")
    assert "电话告知市公安局陈警官" in answer
    assert "时限从现在起算" in answer
    assert newest_step(city) == ("told", "phone")
    assert city.limits()["arrange"].start == city.now
    assert any("已告知市公安局" in line for line in city.told("王联络员"))


def test_T2_telling_a_unit_again_starts_no_clock_anew(city: SmallCity) -> None:
    dispatched(city)
    before = city.limits()
    city.pass_time(hours=2)
    answer = city.says("赵主任", "1号已当面告知市水务局李科长")
    assert "不重算" in answer
    assert city.limits() == before
    assert newest_step(city) == ("told", "in-person")


def test_T2_only_the_office_notes_that_a_unit_was_told_and_only_of_its_units(city: SmallCity) -> None:
    dispatched(city, "市公安局")
    assert "由重点办办理" in city.says("王联络员", "1号已电话告知市公安局陈警官")
    assert "不是市住建局" in city.says("赵主任", "1号已电话告知市住建局郑科长")
    assert city.limits() == {}
