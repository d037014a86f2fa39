"""`xiaohao bind --by-mobile`: whom the platform's directory knows is shown, and bound only when that is said."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update
from typer.testing import CliRunner

from bot import cli
from bot.documents.faults import DocumentError
from bot.documents.people_in import read_people
from storage.database import Database
from storage.tables import account, person
from tests.channels.fake_feishu import FakeFeishu
from tests.conftest import Databases, fill_demo
from tests.running import Running

NUMBERS = {"张一": "13800000001", "李二": "+86 138-0000-0002", "王三": "0359-2020202", "赵四": "13800000004"}


@pytest.fixture
def book() -> Iterator[FakeFeishu]:
    """The fake 飞书, whose directory knows two of them."""
    one = Running(FakeFeishu())
    one.fake.mobiles |= {"13800000001": "ou_1", "13800000002": "ou_2"}
    yield one.fake
    one.end()


@pytest.fixture
def office(tmp_path: Path, book: FakeFeishu, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """The demo city, where four people have a telephone."""
    url = Databases("sqlite", tmp_path, None).make("demo", fill_demo)
    monkeypatch.chdir(tmp_path)
    Path("config.toml").write_text(
        f'[storage]\nurl = "{url}"\n[channels.feishu]\nbase_url = "{book.url}"\napp_id = "cli_1"\n'
        f'app_secret = "{book.secret}"\nverification_token = "t0ken"\n'
        '[channels.wecom_robot]\nwebhook_url = "https://qyapi.weixin.qq.com/x"\n',
        encoding="utf-8",
    )
    db = Database(url)
    ids = db.read_now(lambda tx: tx.execute(select(person.c.id).order_by(person.c.id)).scalars().all())
    for person_id, (name, phone) in zip(ids, NUMBERS.items(), strict=False):
        values = {"name": name, "phone": phone}
        db.write_now(
            lambda tx, i=person_id, v=values: tx.execute(update(person).where(person.c.id == i).values(**v))  # type: ignore[misc]
        )
    yield db
    db.close()


def run(*words: str) -> str:
    result = CliRunner().invoke(cli.app, ["bind", *words, "--config", "config.toml"])
    assert result.exit_code == 0, result.output
    for phone in NUMBERS.values():
        assert phone not in result.output
    assert "1380000" not in result.output
    return result.output


def refused(*words: str) -> str:
    result = CliRunner().invoke(cli.app, ["bind", *words, "--config", "config.toml"])
    assert result.exit_code == 1 and isinstance(result.exception, SystemExit), result.output
    return result.stderr


def looked_up(book: FakeFeishu) -> int:
    """How many numbers were asked for."""
    return book.calls["/pre/open-apis/contact/v3/users/batch_get_id"]


def bound(db: Database) -> dict[str, str]:
    wanted = select(person.c.name, account.c.account).join(account).where(account.c.channel == "feishu")
    return {row.name: row.account for row in db.read_now(lambda tx: tx.execute(wanted).all())}


def test_who_would_be_bound_is_shown_first(office: Database, book: FakeFeishu) -> None:
    said = run("--by-mobile", "feishu")
    assert "张一 → ou_1" in said and "李二 → ou_2" in said
    assert re.search("没绑　人员表里没有手机号：.*王三", said)
    assert "赵四：平台通讯录里没有这个手机号，或不在应用的可见范围内" in said
    assert "什么都没有改" in said
    assert bound(office) == {}
    assert looked_up(book) == 3


def test_then_they_are_bound_and_not_asked_for_again(office: Database, book: FakeFeishu) -> None:
    assert "已绑定2人" in run("--by-mobile", "feishu", "--apply")
    assert bound(office) == {"张一": "ou_1", "李二": "ou_2"}
    before = looked_up(book)
    run("--by-mobile", "feishu", "--apply")
    assert looked_up(book) == before + 1


def test_what_is_not_certain_is_not_bound(office: Database, book: FakeFeishu) -> None:
    office.write_now(
        lambda tx: tx.execute(update(person).where(person.c.name == "王三").values(phone="13800000001"))
    )
    book.mobiles["13800000004"] = "ou_2"
    said = run("--by-mobile", "feishu", "--apply")
    assert said.count("和别人是同一个手机号") == 2
    assert said.count("平台给出的账号和别人相同") == 2
    assert bound(office) == {}


def test_an_account_that_is_somebody_elses_stays_his(office: Database, book: FakeFeishu) -> None:
    run("--by-mobile", "feishu", "--apply")
    book.mobiles["13800000004"] = "ou_1"
    assert "这个账号已是" in run("--by-mobile", "feishu", "--apply")
    assert bound(office) == {"张一": "ou_1", "李二": "ou_2"}


def test_a_platform_that_does_not_permit_it_says_why(office: Database, book: FakeFeishu) -> None:
    book.directory_code = 99991672
    assert "飞书的通讯录查不了：应用没有开通这项权限" in refused("--by-mobile", "feishu", "--apply")
    assert bound(office) == {}
    assert "config.toml 里没有启用这个平台" in refused("--by-mobile", "dingtalk")
    assert "请写 wecom、dingtalk、zwdd、feishu 之一" in refused("--by-mobile", "微信")


def test_a_channel_without_a_directory(office: Database) -> None:
    assert "不支持按手机号查" in refused("--by-mobile", "wecom_robot")


def test_accounts_of_the_people_file_name_a_platform_that_there_is() -> None:
    head = "姓名,单位,角色,账号\n"
    rows = read_people(f"{head}王一,市水务局,联络员,wecom:ZhangSan、feishu:ou_1\n".encode(), "people.csv")
    assert dict(rows[0].accounts) == {"wecom": "zhangsan", "feishu": "ou_1"}
    with pytest.raises(DocumentError) as wrong:
        read_people(f"{head}王一,市水务局,联络员,weixin:abc\n".encode(), "people.csv")
    assert "没有“weixin”这个平台，应是：wecom" in str(wrong.value.faults[0])
