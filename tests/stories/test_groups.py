"""本群收日报: the office enters a platform's group by a word in it, or by a command where only a webhook is
known; the summary really goes there, and a county's group reads of its county alone."""

import itertools
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from typer.testing import CliRunner

from bot import cli
from bot.app import City, demo_time
from bot.channel import Incoming, Key, Outgoing, Sent
from bot.clock import MovableClock
from bot.config import Config
from storage import directory, groups
from storage.tables import account, chat_group, group_step, notice
from tests.channels.conftest import bind_all, wecom_tables
from tests.channels.fake import FakeWecom
from tests.conftest import START, Databases, demo_config, fill_demo

OFFICE, COUNTY, LIAISON = "office-1", "county-wenxi", "liaison-21"
GROUP = "cidOfAGroup=="


class Recorder:
    """A platform that takes what it is given."""

    at_once = 10

    def __init__(self, name: str, why_not: str = "") -> None:
        self.name = name
        self.why_not = why_not
        self.taken: list[Outgoing] = []

    def repeats_are_safe(self, message: Outgoing) -> bool:
        return True

    def cant_write_to(self, group: str) -> str:
        return self.why_not

    async def send(self, message: Outgoing) -> Sent:
        self.taken.append(message)
        return Sent()


class Place:
    """The demo city on 钉钉, where people have the accounts that the demo has on its console."""

    def __init__(self, city: City, why_not: str = "") -> None:
        self.city = city
        self.platform = Recorder("dingtalk", why_not)
        city.channels["dingtalk"] = self.platform
        self._ids = itertools.count(1)

    async def says(self, who: str, text: str, group: str = GROUP) -> str:
        """He writes there (group "": in private); what is answered."""
        before = len(self.platform.taken)
        key = Key("dingtalk", f"m{next(self._ids)}")
        await self.city.intake.accept(Incoming("dingtalk", who, text, (key,), group))
        await self.city.settle()
        mine = [one for one in self.platform.taken[before:] if one.answers]
        return "\n".join(one.text for one in mine)

    async def at(self, moment: str) -> None:
        assert isinstance(self.city.clock, MovableClock)
        self.city.clock.move(demo_time(moment))
        await self.city.settle()

    def summaries(self, group: str = GROUP) -> list[str]:
        """What the group was sent by the clock."""
        return [one.text for one in self.platform.taken if one.group == group and not one.answers]

    def told(self, who: str) -> list[str]:
        """What that person was told of new groups."""
        return [one.text for one in self.platform.taken if one.account == who and "新群" in one.text]

    def setting(self, group: str = GROUP) -> groups.Setting | None:
        return self.city.db.read_now(lambda tx: groups.setting_of(tx, "dingtalk", group))

    def words(self, group: str = GROUP) -> tuple[str, str, str] | None:
        """County, hour and naming of a group that gets its summary."""
        found = self.setting(group)
        if found is None or found.gone:
            return None
        areas = self.city.db.read_now(self.city.directory.get).areas
        area = next((one.name for one in areas if one.id == found.area_id), "全市")
        return area, found.summary_time, found.naming

    def rows(self, table: Any) -> list[Any]:
        return list(self.city.db.read_now(lambda tx: tx.execute(select(table)).all()))


def opened(databases: Databases, why_not: str = "") -> Place:
    config = demo_config(databases.make("demo", fill_demo))
    city = City(config, clock=MovableClock(demo_time(START)))

    def move_accounts(tx: Any) -> None:
        tx.execute(update(account).values(channel="dingtalk"))
        directory.touched(tx)

    city.db.write_now(move_accounts)
    return Place(city, why_not)


@pytest.fixture
async def place(databases: Databases) -> AsyncIterator[Place]:
    found = opened(databases)
    yield found
    found.city.close()


async def test_the_office_enters_a_group_and_the_summary_goes_there(place: Place) -> None:
    answer = await place.says(OFFICE, "本群收日报")
    assert "本群收全市日报，每个工作日17:30发，点名到项目。第一次是9月15日 17:30" in answer
    await place.at("2025-09-15 17:29")
    assert place.summaries() == []
    await place.at("2025-09-15 17:30")
    (text,) = place.summaries()
    assert text.startswith("【重大项目日报】9月15日") and text.endswith("市专班办")
    await place.at("2025-09-15 20:00")
    assert len(place.summaries()) == 1
    await place.at("2025-09-16 17:30")
    assert len(place.summaries()) == 2


async def test_a_countys_group_reads_of_its_county_alone(place: Place) -> None:
    await place.says(OFFICE, "这是闻喜县群，16:00发日报")
    assert place.words() == ("闻喜县", "16:00", "projects")
    await place.says(LIAISON, "342改线9月完成投资1800万元，今年累计2.1亿元", group="")
    await place.says("liaison-10", "今年累计300万元", group="")
    await place.at("2025-09-15 16:00")
    (text,) = place.summaries()
    assert "今日报送1个项目" in text and "八达精密铸造" in text
    assert "奥体" not in text and "盐湖" not in text


@pytest.mark.parametrize(
    ("said", "stands"),
    [
        ("本群收日报", ("全市", "17:30", "projects")),
        ("这是绛县群，17:30发日报", ("绛县", "17:30", "projects")),
        ("这是新绛县的工作群", ("新绛县", "17:30", "projects")),
        ("本群每天下午5点半收闻喜日报，不点名", ("闻喜县", "17:30", "counts")),
        ("请本群六点发日报，点到单位。谢谢", ("全市", "18:00", "units")),
        ("本群收全市日报，１６：４５发", ("全市", "16:45", "projects")),
        ("这个群上午11点一刻发河津市日报", ("河津市", "11:15", "projects")),
        ("本群收运城开发区日报", ("运城开发区", "17:30", "projects")),
        ("这是重大项目群，本群收日报", ("全市", "17:30", "projects")),
    ],
)
async def test_what_the_office_says_is_what_stands(
    place: Place, said: str, stands: tuple[str, str, str]
) -> None:
    answer = await place.says(OFFICE, said)
    assert place.words() == stands, answer
    assert f"{stands[0]}日报，每个工作日{stands[1]}发" in answer


async def test_what_is_not_said_stays_and_the_setting_is_told(place: Place) -> None:
    assert "没有登记收日报" in await place.says(LIAISON, "本群设置")
    await place.says(OFFICE, "这是绛县群，16:00发日报")
    assert "不点名、只报数" in await place.says(OFFICE, "本群不点名")
    assert place.words() == ("绛县", "16:00", "counts")
    await place.says(OFFICE, "本群16点半发日报")
    assert place.words() == ("绛县", "16:30", "counts")
    answer = await place.says(LIAISON, "本群设置")
    assert "“绛县群”" in answer and "收绛县日报，每个工作日16:30发，不点名、只报数" in answer
    assert "本来就是这样" in await place.says(OFFICE, "本群收日报")
    assert len(place.rows(group_step)) == 3
    assert "2" in (await place.says(OFFICE, "这是绛县群", group="another"))
    assert [row.name for row in place.rows(chat_group) if row.channel == "dingtalk"] == ["绛县群", "绛县群2"]


async def test_undo_takes_each_step_back(place: Place) -> None:
    await place.says(OFFICE, "这是绛县群，16:00发日报")
    await place.says(OFFICE, "本群17:00发日报，不点名")
    answer = await place.says(OFFICE, "撤销")
    assert "“绛县群”的日报设置，现在收绛县日报，每个工作日16:00发，点名到项目" in answer
    assert place.words() == ("绛县", "16:00", "projects")
    await place.says(OFFICE, "本群不收日报了")
    assert place.words() is None
    assert "每个工作日16:00发" in await place.says(OFFICE, "撤销")
    await place.at("2025-09-15 16:00")
    assert len(place.summaries()) == 1
    await place.says(OFFICE, "本群收日报", group="another")
    assert "现在不收日报" in await place.says(OFFICE, "撤销", group="another")
    await place.at("2025-09-15 18:00")
    assert place.summaries("another") == [] and place.words("another") is None


async def test_what_another_has_changed_since_then_is_not_undone(place: Place) -> None:
    await place.says(OFFICE, "本群收日报")
    await place.says("office-2", "本群16:00发日报")
    assert "之后又有人改过，现在收全市日报，每个工作日16:00发" in await place.says(OFFICE, "撤销")
    assert place.words() == ("全市", "16:00", "projects")


async def test_a_group_that_gets_none_any_more_is_left_alone_and_comes_back_clean(place: Place) -> None:
    await place.says(OFFICE, "本群收日报")
    assert "不再收日报" in await place.says(OFFICE, "本群不收日报了")
    assert "本来就不收" in await place.says(OFFICE, "本群停发日报")
    await place.at("2025-09-16 18:00")
    assert place.summaries() == []
    assert "第一次是9月17日 17:30" in await place.says(OFFICE, "本群收日报")
    await place.at("2025-09-17 09:00")
    assert place.summaries() == [], "it is owed nothing of before"
    await place.at("2025-09-17 17:30")
    assert len(place.summaries()) == 1


async def test_what_waits_for_a_group_goes_no_more(place: Place) -> None:
    await place.says(OFFICE, "本群收日报")

    def enter_notice(tx: Any) -> None:
        from storage import outbox

        group = next(one for one in place.city.directory.get(tx).groups.values() if one.key == GROUP)
        outbox.add(
            tx,
            outbox.Notice(
                key="held",
                kind="summary",
                urgency="reminder",
                group_id=group.id,
                line="过时的日报",
                not_before=demo_time("2025-09-16 08:00"),
            ),
            place.city.clock.now(),
        )

    place.city.db.write_now(enter_notice)
    await place.says(OFFICE, "本群不收日报了")
    await place.at("2025-09-16 12:00")
    assert place.summaries() == []
    assert [(row.state, row.state_why) for row in place.rows(notice) if row.key == "held"] == [
        ("withdrawn", "这个群不再收日报")
    ]


@pytest.mark.parametrize("who", [LIAISON, "contact-swj", "nobody"])
async def test_nobody_else_may(place: Place, who: str) -> None:
    answer = await place.says(who, "本群收日报")
    assert ("由重点办定，没有改动" in answer) is (who != "nobody")
    await place.says(OFFICE, "本群收日报")
    for said in ("本群不收日报了", "本群不点名", "这是绛县群", "本群16:00发日报"):
        answer = await place.says(who, said)
        assert "由重点办定" in answer or "还不认识您" in answer
    assert place.words() == ("全市", "17:30", "projects")


async def test_a_countys_office_has_its_own_countys_groups(place: Place) -> None:
    answer = await place.says(COUNTY, "这是绛县群，17:30发日报")
    assert "您只能设闻喜县的群；绛县的日报请由市重点办来设" in answer and place.words() is None
    assert "全市的日报请由市重点办" in await place.says(COUNTY, "本群收全市日报")
    await place.says(COUNTY, "本群收日报")
    assert place.words() == ("闻喜县", "17:30", "projects")
    await place.says(OFFICE, "本群收全市日报")
    assert place.words() == ("全市", "17:30", "projects")
    assert "由市重点办设" in await place.says(COUNTY, "本群不收日报了")
    assert "由市重点办设" in await place.says(COUNTY, "本群收闻喜县日报")
    await place.says(OFFICE, "本群不收日报了")
    await place.says(COUNTY, "本群收日报")
    assert place.words() == ("闻喜县", "17:30", "projects")


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("本群不点名", "要收请写"),
        ("本群23:30发日报", "07:00到22:00之间"),
        ("本群9:00和17:30发日报", "每天发一次"),
        ("这是绛县群，也是闻喜县群，17:30发日报", "请写一个"),
        ("这是太原群，17:30发日报", "“太原”没看懂"),
    ],
)
async def test_what_cannot_be_had_changes_nothing(place: Place, said: str, answer: str) -> None:
    assert answer in await place.says(OFFICE, said)
    assert place.setting() is None


async def test_in_private_nobody_knows_which_group(place: Place) -> None:
    assert "请在要收日报的那个群里@我说" in await place.says(OFFICE, "本群收日报", group="")
    assert [row.channel for row in place.rows(chat_group)] == ["console"]


@pytest.mark.parametrize(
    "said",
    ["本群下午开会", "这是我们的群", "这个群里谁是水务局的", "这是绛县的群众反映的", "本群17:30开会"],
)
async def test_other_words_about_a_group_are_not_taken_for_it(place: Place, said: str) -> None:
    answer = await place.says(OFFICE, said)
    assert "没有改动" not in answer and place.setting() is None


async def test_the_city_office_is_told_once_of_an_unknown_group(place: Place) -> None:
    await place.says(LIAISON, "大家好")
    await place.says(LIAISON, "342改线9月完成投资1800万元，今年累计2.1亿元")
    await place.says("nobody", "你好")
    await place.says("liaison-10", "本群收日报")
    for reader in (OFFICE, "office-2"):
        (text,) = place.told(reader)
        assert "钉钉" in text and "刘明亮" in text and "在群里@我说“本群收日报”即可" in text
    assert place.told(COUNTY) == [] and place.setting() is None
    await place.says(OFFICE, "本群收日报")
    await place.says(OFFICE, "本群不收日报了")
    await place.says(LIAISON, "大家好")
    assert len(place.told(OFFICE)) == 1
    await place.says(OFFICE, "大家好", group="another")
    assert len(place.told("office-2")) == 1, "the office itself wrote there"
    await place.says(LIAISON, "大家好", group="another")
    assert len(place.told("office-2")) == 2


async def test_who_wrote_in_an_unknown_group_has_nothing_to_undo(place: Place) -> None:
    await place.says(LIAISON, "大家好")
    assert "没有可撤回的内容" in await place.says(LIAISON, "撤销")
    assert len(place.told(OFFICE)) == 1


async def test_a_group_that_cannot_be_written_to_is_not_entered(databases: Databases) -> None:
    place = opened(databases, "机器人在群里只能答复，由管理员用命令登记")
    assert "只能答复，由管理员用命令登记" in await place.says(OFFICE, "本群收日报")
    assert place.setting() is None
    await place.says(LIAISON, "大家好")
    (text,) = place.told(OFFICE)
    assert "只能答复" in text and "即可" not in text
    place.city.close()


@pytest.mark.parametrize(("chatid", "is_entered"), [(False, False), (True, True)])
async def test_the_robots_of_wecom_say_where_they_cannot_write(
    databases: Databases, *, chatid: bool, is_entered: bool
) -> None:
    fake = FakeWecom()
    async with fake:
        tables = wecom_tables(fake, wecom_robot={"chatid": chatid})
        values = demo_config(databases.make("demo", fill_demo)).model_dump() | {"channels": tables}
        city = City(Config.model_validate(values), clock=MovableClock(demo_time(START)))
        city.db.write_now(bind_all)
        for number, channel in enumerate(("wecom_bot", "wecom_robot")):
            key = Key(channel, f"m{number}")
            await city.intake.accept(Incoming(channel, OFFICE, "本群收日报", (key,), "wrGroup"))
            await city.settle()
        found = city.db.read_now(lambda tx: groups.setting_of(tx, "wecom_bot", "wrGroup"))
        assert (found is not None) is is_entered
        other = city.db.read_now(lambda tx: groups.setting_of(tx, "wecom_robot", "wrGroup"))
        assert other is None, "the same group by another robot is not a second one"
        await city.platforms.close()
        city.close()


# ---- groups known only by a webhook -------------------------------------------------------------


class Command:
    """`xiaohao groups` over a database of its own."""

    def __init__(self, url: str, tables: str, folder: Path) -> None:
        self._config = folder / "config.toml"
        self._config.write_text(f'[storage]\nurl = "{url}"\n{tables}', encoding="utf-8")

    def run(self, *words: str, code: int = 0) -> str:
        result = CliRunner().invoke(cli.app, ["groups", *words, "--config", str(self._config)])
        assert result.exit_code == code, result.output + result.stderr
        return (result.stdout if code == 0 else result.stderr).strip()


async def test_a_group_behind_a_webhook_is_entered_by_a_command(databases: Databases, tmp_path: Path) -> None:
    async with FakeWecom() as fake:
        hook = f"{fake.url}/cgi-bin/webhook/send?key=hook-key"
        url = databases.make("demo", fill_demo)
        command = Command(url, f'[channels.wecom_robot]\nwebhook_url = "{hook}"\n', tmp_path)
        said = command.run(
            "add", "--channel", "wecom_robot", "--name", "闻喜工作群", "--area", "闻喜县", "--time", "16:00"
        )
        assert "闻喜工作群\t企业微信群机器人\t收闻喜县日报，每个工作日16:00发，点名到项目" in said
        assert "hook-key" not in said
        listed = command.run("list")
        assert "闻喜工作群" in listed and len(listed.splitlines()) == 2

        values = demo_config(url).model_dump() | {"channels": {"wecom_robot": {"webhook_url": hook}}}
        city = City(Config.model_validate(values), clock=MovableClock(demo_time(START)))
        await city.settle()
        city.clock.move(demo_time("2025-09-15 16:00"))  # type: ignore[attr-defined]
        await city.settle()
        (body,) = fake.to("hook-key")
        assert "八达精密铸造" in body["text"]["content"] and "奥体" not in body["text"]["content"]

        number = said.split("：")[1].split("\t")[0]
        assert "不再收日报" in command.run("remove", number)
        assert f"没有{number}号群" in command.run("remove", number, code=1)
        city.clock.move(demo_time("2025-09-16 18:00"))  # type: ignore[attr-defined]
        await city.settle()
        assert len(fake.to("hook-key")) == 1
        await city.platforms.close()
        city.close()
    assert [(row.kind, row.way) for row in _steps(url)] == [("set", "command"), ("off", "command")]


def _steps(url: str) -> list[Any]:
    from storage.database import Database

    db = Database(url)
    try:
        return list(db.read_now(lambda tx: tx.execute(select(group_step)).all()))
    finally:
        db.close()


def test_the_command_says_what_is_wrong_and_changes_nothing(databases: Databases, tmp_path: Path) -> None:
    url = databases.make("demo", fill_demo)
    command = Command(
        url, '[channels.wecom_robot]\nwebhook_url = "https://example.invalid/send?key=k"\n', tmp_path
    )
    name = ("--name", "工作群")
    robot = ("--channel", "wecom_robot")
    for words, fault in [
        (("--channel", "wechat", *name), "请写"),
        (("--channel", "zwdd", *name), "请写"),
        (("--channel", "dingtalk_robot", *name), "没有打开 channels.dingtalk"),
        ((*robot, "--name", " "), "--name"),
        ((*robot, *name, "--key", "wr1"), "不用写"),
        ((*robot, *name, "--time", "25:00"), "--time 25:00"),
        ((*robot, *name, "--time", "23:00"), "07:00 到 22:00"),
        ((*robot, *name, "--area", "太原"), "没有这个县"),
        ((*robot, *name, "--naming", "all"), "--naming all"),
    ]:
        assert fault in command.run("add", *words, code=1)
    assert _steps(url) == []
    assert "已登记" in command.run("add", *robot, *name)
    changed = command.run("add", *robot, "--name", "大群", "--naming", "counts")
    assert "已改" in changed and "大群" in changed and "不点名" in changed


def test_a_robot_of_many_groups_needs_the_groups_key(databases: Databases, tmp_path: Path) -> None:
    hook = '[channels.wecom_robot]\nwebhook_url = "https://example.invalid/send?key=k"\nchatid = true\n'
    command = Command(databases.make("demo", fill_demo), hook, tmp_path)
    words = ("add", "--channel", "wecom_robot", "--name", "工作群")
    assert "要写群编号" in command.run(*words, code=1)
    assert "已登记" in command.run(*words, "--key", "wr1")
