"""Names as people type them: of 1,561 projects, and of the units. Today is Tuesday, 16 September 2025."""

from collections import Counter
from datetime import datetime, time

import pytest

from bot.calendar import CITY, Calendar
from bot.people import ProjectName, Role, Sender
from bot.understanding import Message, Understanding

from .big_ledger import MOST, SLIPS, Slip, ledger, slips
from .conftest import TUESDAY, Says

EACH = 80  # slips of each kind
MANY = 9  # candidates that a person can choose from
SAID = (
    (Role.LEADER, "{}怎么样了"), (Role.LIAISON, "{}本月完成投资300万"), (Role.OFFICE, "催一下{}"), (Role.LIAISON, "{}卡在征地上"),
)  # fmt: skip


@pytest.fixture(scope="module")
def big() -> Understanding:
    return Understanding(ledger(), [], Calendar())


def outcome(reader: Understanding, slip: Slip, role: Role, said: str) -> str:
    """found · asked (a few candidates, the right one among them) · missed · wrong (silently another one)."""
    sent_at = datetime.combine(TUESDAY, time(10), CITY)
    understood = reader.understand(Message(said.format(slip.typed), sent_at, "private", Sender(role)))
    named = {getattr(act, "project", None) for act in understood.acts} - {None}
    if named:
        return "found" if named == {slip.number} else "wrong"
    candidates = understood.ask.candidates if understood.ask else ()
    return "asked" if slip.number in candidates and len(candidates) <= MANY else "missed"


@pytest.fixture(scope="module")
def outcomes(big: Understanding) -> dict[str, Counter[str]]:
    counted: dict[str, Counter[str]] = {kind: Counter() for kind in SLIPS}
    for at, slip in enumerate(slips(MOST, EACH)):
        counted[slip.kind][outcome(big, slip, *SAID[at % len(SAID)])] += 1
    return counted


def test_nearly_every_name_with_a_slip_is_found_or_asked_about(outcomes: dict[str, Counter[str]]) -> None:
    right = sum(counted["found"] + counted["asked"] for counted in outcomes.values())
    assert right / (EACH * len(SLIPS)) >= 0.97, outcomes


@pytest.mark.parametrize("kind", SLIPS)
def test_no_kind_of_slip_is_left_behind(outcomes: dict[str, Counter[str]], kind: str) -> None:
    assert (outcomes[kind]["found"] + outcomes[kind]["asked"]) / EACH >= 0.9, outcomes[kind]


def test_hardly_ever_is_another_project_taken_for_it(outcomes: dict[str, Counter[str]]) -> None:
    assert sum(counted["wrong"] for counted in outcomes.values()) / (EACH * len(SLIPS)) <= 0.005, outcomes


def test_every_full_name_without_a_slip_is_its_project(big: Understanding) -> None:
    wrong = [project.name for project in ledger() if big.find_project(project.name) != (project.number,)]
    assert not wrong


def test_what_many_projects_have_is_asked_about(big: Understanding) -> None:
    hydro = tuple(project.number for project in ledger() if "抽水蓄能" in project.name)
    assert big.find_project("抽水蓄能项目") == hydro


@pytest.mark.parametrize("text", ["本月完成投资300万，形象进度65%", "好的，谢谢领导", "请供电公司月底前把电线杆迁走", "张工，下午三点的会改到五楼了",
                                  "连着下了十来天雨，室外干不成", "17号收到，由张工负责，周五前给答复", "工人都回家过年了", "招不上人，缺钢筋工四五十个"])  # fmt: skip
def test_what_names_no_project_finds_none_of_so_many(big: Understanding, text: str) -> None:
    assert big.find_project(text) == ()


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("池神妙社区城中村", (7,)), ("槐冬路", (9,)), ("诺唯兰", (10,)), ("宏大钢铁薄带铸扎", (15,)), ("红达薄带铸轧", (15,)), ("磁敏材料", (16,)),
        ("二氧化归", (19,)), ("圆通晋南智慧创科园", (20,)), ("元通科创园", (20,)), ("国道342线闻喜过境", (21,)), ("三四二", (21,)), ("G108改扩建", (1,)),
        ("108国道", (1,)), ("河津三期2×100万千瓦", (14,)), ("2*100万千瓦", (14,)), ("2×100", (14,)), ("八答", (22,)), ("绛县抽水续能", (23,)), ("经开区源网何储", (24,)),
        ("黄河金三脚智能制造产业园", (26,)), ("华电长清风电", (27,)), ("中能国誉储能", (28,)), ("鸿运智空", (29,)), ("数智未莱产业中心", (30,)),
        ("奥体种心", (3,)), ("山水城溶合", (4,)), ("高压线郎道", (5,)), ("农科双闯", (6,)), ("万荣人民医元迁建", (18,)), ("山西红凤皇文化", (11,)),
        ("广洪绿能", (17,)), ("汽车及应急机动装备综合实验场", (13,)),
    ],
)  # fmt: skip
def test_names_of_the_thirty_with_slips(
    understanding: Understanding, text: str, numbers: tuple[int, ...]
) -> None:
    assert understanding.find_project(text) == numbers


def test_names_that_sound_alike_are_asked_about() -> None:
    alike = [
        ProjectName(1, "鑫达机械制造项目"),
        ProjectName(2, "新达机械制造项目"),
        ProjectName(3, "城西热电项目"),
    ]
    reader = Understanding(alike, [], Calendar())
    assert reader.find_project("鑫达机械制造") == (1,)
    assert reader.find_project("新达机械制造") == (2,)
    assert reader.find_project("心达机械制造") == (1, 2)


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("市自然资源局", ["市规划和自然资源局"]), ("自资然源局", ["市规划和自然资源局"]), ("规字局", ["市规划和自然资源局"]), ("国图局", ["市规划和自然资源局"]),
        ("生态环竟局", ["市生态环境局"]), ("环宝局", ["市生态环境局"]), ("农业农材局", ["市农业农村局"]), ("请农业农局协调", ["市农业农村局"]),
        ("交通运书局", ["市交通运输局"]), ("行政审批服管理局", ["市审批服务管理局"]), ("消防救缓支队", ["市消防救援支队"]), ("供电公斯", ["国网运城供电公司"]),
        ("住房和城乡建设局", ["市住建局"]), ("市人力资源社会保障局", ["市人社局"]), ("闻喜县人政府", ["闻喜县人民政府"]), ("垣取县政府", ["垣曲县人民政府"]),
        ("县自然资源局", []), ("省住建厅", []), ("税务局", []), ("临汾市政府", []), ("市场监管局", []), ("气象局", []), ("热力公司", []), ("村委", []),
    ],
)  # fmt: skip
def test_units_with_slips_at_their_level(understanding: Understanding, text: str, units: list[str]) -> None:
    assert list(understanding.find_units(text)) == units


@pytest.mark.parametrize(
    "text",
    ["请绛县自然资源局抓紧办用地手续", "请县自然资源局抓紧办用地手续", "请绛县自然资原局抓紧办用地手续"],
)
def test_a_countys_bureau_is_not_the_citys(says: Says, text: str) -> None:
    (act,) = says("liaison", text, projects=(24,)).as_json()["acts"]
    assert act["level"] == "county" and "units" not in act


@pytest.mark.parametrize(
    ("role", "text", "own", "act", "projects"),
    [
        ("leader", "垣曲、平陆两个项目抓紧", (), "urge", [25, 27]),
        ("leader", "垣曲和平陆的项目要抓紧", (), "urge", [25, 27]),
        ("leader", "槐东路、八达两个项目要抓紧", (), "urge", [9, 22]),
        ("office", "催一下垣曲、平陆两个项目", (), "urge", [25, 27]),
        ("leader", "垣曲、平陆、夏县三个项目请住建局本月底前解决", (), "instruct", [25, 26, 27]),
        ("liaison", "这两个项目都开工了", (21, 22), "progress", [21, 22]),
        ("liaison", "俩项目都停工了", (21, 22), "progress", [21, 22]),
        ("liaison", "342和八达都开工了", (21, 22), "progress", [21, 22]),
        ("liaison", "运发投三个项目都复工了", (4, 5, 6), "progress", [4, 5, 6]),
        ("liaison", "这两个项目都卡在征地上", (21, 22), "blocker", [21, 22]),
    ],
)
def test_projects_named_together_are_all_meant(
    says: Says, role: str, text: str, own: tuple[int, ...], act: str, projects: list[int]
) -> None:
    understood = says(role, text, projects=own).as_json()
    assert understood["ask"] is None
    assert [(one["act"], one["project"]) for one in understood["acts"]] == [
        (act, number) for number in projects
    ]


@pytest.mark.parametrize(
    ("text", "own"), [("这两个项目本月完成500万", (21, 22)), ("这两个项目都开工了", (21, 22, 23))]
)
def test_a_sum_of_two_and_two_of_three_are_asked_about(says: Says, text: str, own: tuple[int, ...]) -> None:
    ask = says("liaison", text, projects=own).as_json()["ask"]
    assert ask == {"about": "project", "candidates": list(own)}
