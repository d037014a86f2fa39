"""`xiaohao outbox`: what went out is found again, what did not can be sent by another way, and what makes no
sense any more is not."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from typer.testing import CliRunner

from bot import cli
from bot.app import demo_time
from bot.calendar import CITY
from storage import binding, outbox, read_receipts, sending, sent_refs, tickets
from storage.database import Database, Tx
from storage.directory import DirectoryCache
from storage.tables import account, attempt, message, notice
from tests.conftest import START, Databases, fill_demo

AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
REAL = datetime(2026, 1, 1, 9, 0, tzinfo=UTC)
HOOK = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=s3cret-hook"


class Office:
    """The city's database, and the command typed at it."""

    def __init__(self, db: Database, config: Path) -> None:
        self.db = db
        self.config = config

    def run(self, *words: str) -> str:
        result = CliRunner().invoke(cli.app, ["outbox", *words, "--config", str(self.config)])
        assert result.exit_code == 0, result.output
        return result.output

    def refused(self, *words: str) -> str:
        result = CliRunner().invoke(cli.app, ["outbox", *words, "--config", str(self.config)])
        assert result.exit_code == 1, result.output
        assert isinstance(result.exception, SystemExit)
        return result.stderr

    def put(self, account: str = "contact-swj", channel: str = "wecom", **more: Any) -> int:
        values = {"urgency": "event", "text": "交办1号 供水管迁改", "at": demo_time(START), **more}
        return self.db.write_now(
            lambda tx: outbox.put_message(tx, channel=channel, account=account, **values)
        )

    def fails(self, message_id: int, reason: str, *, retry: bool = False, unknown: bool = False) -> None:
        self.db.write_now(lambda tx: self._fail(tx, message_id, reason, retry, unknown))

    def _fail(self, tx: Tx, message_id: int, reason: str, retry: bool, unknown: bool) -> None:
        number = tx.execute(select(message.c.attempt).where(message.c.id == message_id)).scalar_one() + 1
        tx.execute(update(message).where(message.c.id == message_id).values(attempt=number))
        again = REAL + timedelta(minutes=1) if retry else None
        sending.not_sent(tx, message_id, number, reason, REAL, again, unknown=unknown)

    def sent(self, message_id: int) -> None:
        self.db.write_now(lambda tx: sending.sent(tx, [(message_id, 0)], demo_time(START)))

    def row(self, message_id: int) -> Any:
        return self.db.read_now(
            lambda tx: tx.execute(select(message).where(message.c.id == message_id)).one()
        )

    def notes(self, message_id: int) -> list[str]:
        wanted = select(attempt.c.outcome).where(attempt.c.message_id == message_id).order_by(attempt.c.id)
        return self.db.read_now(lambda tx: list(tx.execute(wanted).scalars()))

    def person(self, console: str) -> int:
        wanted = select(account.c.person_id).where(account.c.account == console)
        return self.db.read_now(lambda tx: tx.execute(wanted).scalars().first() or 0)

    def bind(self, console: str, channel: str, name: str) -> None:
        who = self.person(console)
        self.db.write_now(lambda tx: binding.bind(tx, who, channel, name, demo_time(START)))

    def notice(self, **values: Any) -> int:
        one = outbox.Notice(
            **{"key": "fact", "kind": "remind", "urgency": "reminder", "line": "1号今天反馈", **values}
        )

        def add(tx: Tx) -> int:
            outbox.add(tx, one, demo_time(START))
            return int(tx.execute(select(notice.c.id).where(notice.c.key == one.key)).scalar_one())

        return self.db.write_now(add)


@pytest.fixture
def office(databases: Databases, tmp_path: Path) -> Iterator[Office]:
    url = databases.make("demo", fill_demo)
    config = tmp_path / "config.toml"
    config.write_text(
        f'[storage]\nurl = "{url}"\n'
        '[channels.wecom]\ncorp_id = "wwcorp"\nagent_id = 1000002\nsecret = "s3cret-app"\n'
        f'token = "t0ken"\naes_key = "{AES_KEY}"\n'
        f'[channels.wecom_robot]\nwebhook_url = "{HOOK}"\n',
        encoding="utf-8",
    )
    db = Database(url)
    one = Office(db, config)
    one.bind("contact-swj", "wecom", "contact-swj")
    yield one
    db.close()


def test_messages_are_listed_with_their_state_in_words(office: Office) -> None:
    waits, fails, lost, went = (office.put(text=f"第{n}条") for n in range(4))
    office.fails(waits, "企业微信连不上", retry=True)
    office.fails(fails, "收件人不在应用的可见范围内，或已离职")
    office.fails(lost, "发送结果不明，可能已经送达；为免重复不再发", unknown=True)
    office.sent(went)
    lines = {line.split("\t")[0]: line for line in office.run("list").splitlines()}
    assert list(lines) == [str(one) for one in (went, lost, fails, waits)]  # the newest first
    assert "失败1次，等着再试（企业微信连不上）\t企业微信\t市水务局" in lines[str(waits)]
    assert "没有送达（收件人不在应用的可见范围内，或已离职）" in lines[str(fails)]
    assert "结果不明" in lines[str(lost)]
    assert "已发出\t" in lines[str(went)]
    assert [line[0] for line in office.run("list", "--state", "没送达,不明").splitlines()] == [
        str(lost),
        str(fails),
    ]


def test_the_list_is_narrowed_by_reader_and_day(office: Office) -> None:
    office.put()
    office.bind("contact-gz", "wecom", "gz") if office.person("contact-gz") else None
    other = office.put(account="nobody-known", at=demo_time("2025-09-20 09:00"))
    group = office.put(account="", channel="wecom_robot", group="wr1", text="日报")
    assert office.run("list", "--to", "市水务局").count("\n") == 1
    assert office.run("list", "--to", "nobody-known").startswith(f"{other}\t")
    assert office.run("list", "--to", "wr1").startswith(f"{group}\t")
    assert office.run("list", "--since", "2025-09-18").startswith(f"{other}\t")
    assert office.run("list", "--since", "2天").startswith("没有这样的消息（查的库：")
    assert "--state 丢了：请写 waiting（待发）" in office.refused("list", "--state", "丢了")
    assert "--since 昨天：请写成" in office.refused("list", "--since", "昨天")


def test_one_message_is_shown_with_every_attempt(office: Office) -> None:
    one = office.put(text="交办1号\n供水管迁改")
    office.fails(one, "企业微信出错（HTTP 502）", retry=True)
    office.fails(one, "企业微信没有及时回应", retry=True)
    said = office.run("show", str(one))
    assert "给谁：市水务局" in said and "方式：企业微信" in said
    at = REAL.astimezone(CITY)
    assert f"第1次：{at:%Y-%m-%d %H:%M:%S}　企业微信出错（HTTP 502）" in said
    assert "第2次：" in said and "原因：企业微信没有及时回应" in said and "再试：" in said
    assert said.rstrip().endswith("交办1号\n供水管迁改")
    office.db.write_now(
        lambda tx: tx.execute(update(message).where(message.c.id == one).values(state="sent", sent_at=REAL))
    )
    said = office.run("show", str(one))
    assert "平台已收下（前面2次没成）" in said and "已读：没有回执" in said
    assert "没有999号消息" in office.refused("show", "999")
    assert "编号写成 12 或 n12" in office.refused("show", "十二")


def test_a_message_that_was_read_says_when(office: Office) -> None:
    from bot.channel import Read

    one = office.put()
    office.sent(one)

    def reads(tx: Tx) -> None:
        sent_refs.keep(tx, [("wecom", one, "m-1")])
        read_receipts.keep(tx, [Read("wecom", "contact-swj", ("m-1",), REAL)])

    office.db.write_now(reads)
    assert f"已读：{REAL.astimezone(CITY):%Y-%m-%d %H:%M:%S}" in office.run("show", str(one))
    assert "\t已读\t" in office.run("list")


def test_an_undelivered_message_goes_again_by_another_way_and_both_say_so(office: Office) -> None:
    office.bind("contact-swj", "console", "contact-swj")
    one = office.put(buttons=[])
    fact = office.notice(person_id=office.person("contact-swj"))
    office.db.write_now(lambda tx: outbox.settle(tx, [fact], outbox.UNDELIVERABLE, "离职", one))
    office.fails(one, "收件人不在应用的可见范围内，或已离职")
    assert "没有专有钉钉账号；他有" in office.refused("resend", str(one), "--by", "zwdd")
    assert "--by 微信：请写" in office.refused("resend", str(one), "--by", "微信")
    assert "聊天台没有启用" in office.refused("resend", str(one), "--by", "console")
    office.config.write_text(
        office.config.read_text("utf-8") + "[channels.console]\nenabled = true\n", "utf-8"
    )
    said = office.run("resend", str(one), "--by", "console")
    new = int(re.search(r"重发：(\d+)号，聊天台，发给市水务局", said)[1])  # type: ignore[index]
    row = office.row(new)
    assert (row.channel, row.account, row.state, row.text) == (
        "console",
        "contact-swj",
        "waiting",
        "交办1号 供水管迁改",
    )
    assert row.uuid != office.row(one).uuid
    assert office.notes(one)[-1].startswith(f"人工重发：{new}号，聊天台，命令行（")
    assert office.notes(new)[0].startswith(f"{one}号没有送达，命令行（")
    kept = office.db.read_now(lambda tx: tx.execute(select(notice).where(notice.c.id == fact)).one())
    assert (kept.message_id, kept.state) == (new, "merged")
    assert f"已经重发过，是{new}号消息" in office.refused("resend", str(one))


def test_what_makes_no_sense_is_not_sent_again(office: Office) -> None:
    went, waits, lost, gone, answer = (office.put() for _ in range(5))
    office.sent(went)
    office.fails(lost, "发送结果不明", unknown=True)
    office.db.write_now(
        lambda tx: tx.execute(
            update(message)
            .where(message.c.id == gone)
            .values(state="withdrawn", reason="事项已有变化，不再提醒")
        )
    )
    office.db.write_now(
        lambda tx: tx.execute(update(message).where(message.c.id == answer).values(urgency="reply"))
    )
    office.fails(answer, "企业微信没有接受")
    assert "已经发出" in office.refused("resend", str(went))
    assert "还在等着发，会自动再试" in office.refused("resend", str(waits))
    assert (
        "可能已经送达（平台没有回话），请先问一下本人。确实没收到，请加 --even-if-arrived"
        in office.refused("resend", str(lost))
    )
    assert "已撤回：事项已有变化" in office.refused("resend", str(gone))
    assert "已经过时，不再发" in office.refused("resend", str(answer))
    assert "没有999号消息" in office.refused("resend", "999")
    assert "已排上重发" in office.run("resend", str(lost), "--even-if-arrived")


def test_a_reminder_of_a_struck_off_ticket_is_not_sent_again(office: Office) -> None:
    one = office.put()
    office.fails(one, "企业微信没有接受")
    ticket_id = office.db.write_now(_struck_off)
    fact = office.notice(ticket_id=ticket_id, while_states=("dispatched",))
    office.db.write_now(lambda tx: outbox.settle(tx, [fact], outbox.UNDELIVERABLE, "离职", one))
    assert "说的事项已有变化，不再发" in office.refused("resend", str(one))


def _struck_off(tx: Tx) -> int:
    from bot.acts import Category, Severity
    from bot.calendar import Calendar
    from bot.mechanism import regime
    from bot.mechanism.rules import Rules

    directory = DirectoryCache(2025).get(tx)
    project = next(iter(directory.projects.values()))
    rules = Rules(regime.load("yuncheng-2025"), Calendar(), {})
    entered = tickets.enter(
        tx,
        project=project,
        category=Category.UTILITIES,
        title="供水管迁改",
        level="city",
        severity=Severity.ORDINARY,
        asked_units=[],
        wanted_by=None,
        rules=rules,
        note=tickets.StepNote(demo_time(START), project.liaisons[0]),
    )
    return entered.id  # reported, not dispatched: that reminder has no sense


def test_a_waiting_message_can_be_moved_to_another_way_but_not_while_it_is_sent(office: Office) -> None:
    office.config.write_text(
        office.config.read_text("utf-8") + "[channels.console]\nenabled = true\n", "utf-8"
    )
    one = office.put()
    office.db.write_now(
        lambda tx: tx.execute(
            update(message)
            .where(message.c.id == one)
            .values(leased_until=datetime.now(UTC) + timedelta(seconds=50))
        )
    )
    assert "正在发" in office.refused("resend", str(one), "--by", "console")
    office.db.write_now(lambda tx: tx.execute(update(message).values(leased_until=None)))
    office.run("resend", str(one), "--by", "console")
    assert (office.row(one).state, office.row(one).reason) == ("withdrawn", "改用聊天台发")


def test_a_group_is_written_to_only_as_before(office: Office) -> None:
    one = office.put(account="", channel="wecom_robot", group="wr1", text="日报")
    office.fails(one, "群机器人已被移除，或地址不对")
    assert "只能按原来的方式" in office.refused("resend", str(one), "--by", "wecom")
    assert "发给群" in office.run("resend", str(one))


def test_a_notice_that_found_no_account_waits_again_when_there_is_one(office: Office) -> None:
    office.bind("contact-swj", "dingtalk", "only-there")
    who = office.person("contact-swj")
    office.db.write_now(
        lambda tx: tx.execute(
            account.delete().where(account.c.person_id == who, account.c.channel != "dingtalk")
        )
    )
    office.db.write_now(lambda tx: binding.bind(tx, who, "dingtalk", "only-there", demo_time(START)))
    fact = office.notice(person_id=who, undeliverable="没有可用的账号")
    assert f"n{fact}\t" in office.run("list", "--state", "failed")
    assert "方式：没有可用的账号" in office.run("show", f"n{fact}")
    assert "还没有可用的账号，先绑定账号" in office.refused("resend", f"n{fact}")
    office.db.write_now(lambda tx: binding.bind(tx, who, "wecom", "swj", demo_time(START)))
    assert "重新排上了，发给市水务局" in office.run("resend", f"n{fact}")
    assert "没有这条没送达的通知" in office.refused("resend", f"n{fact}")


def test_nothing_secret_is_printed(office: Office) -> None:
    one = office.put(account="", channel="wecom_robot", group="wr1", text="日报")
    office.fails(one, "群机器人已被移除，或地址不对")
    said = office.run("list") + office.run("show", str(one)) + office.run("resend", str(one))
    for secret in ("s3cret", "t0ken", AES_KEY, "webhook/send"):
        assert secret not in said
