"""`xiaohao doctor` finds what is wrong before anybody misses a message, says what to do, and prints no secret."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot import cli
from bot.app import demo_time
from bot.channels.common.platform import Finding
from bot.doctor import city
from bot.doctor.checkup import Checkup
from bot.doctor.quotas import expected
from storage import binding
from storage.database import Database
from storage.directory import DirectoryCache
from storage.tables import account
from tests.channels.fake import FakeWecom
from tests.conftest import START, Databases, fill_demo
from tests.running import Running

AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
SECRETS = ("s3cret", "t0ken-of", AES_KEY, "hook-key")


@pytest.fixture
def running() -> Iterator[Running[FakeWecom]]:
    one = Running(FakeWecom())
    yield one
    one.end()


@pytest.fixture
def demo_city(tmp_path_factory: pytest.TempPathFactory) -> str:
    return Databases("sqlite", tmp_path_factory.mktemp("doctor"), None).make("demo", fill_demo)


def config(tmp_path: Path, text: str, name: str = "config.toml") -> str:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return str(tmp_path / name)


def wecom(base: str, url: str, *, secret: str = "s3cret-of-the-app", public: str = "", more: str = "") -> str:
    return (
        f'[server]\npublic_url = "{public}"\n[storage]\nurl = "{url}"\n'
        f'[channels.wecom]\nbase_url = "{base}"\ncorp_id = "wwcorp"\nagent_id = 1000002\n'
        f'secret = "{secret}"\ntoken = "t0ken-of-the-callback"\naes_key = "{AES_KEY}"\n{more}'
    )


def run(path: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli.app, ["doctor", "--config", path])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    for secret in SECRETS:
        assert secret not in result.output
    return result.exit_code, result.output


@pytest.fixture(autouse=True)
def known_years(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Next year's holidays are none of these tests' business, nor the folder they run in."""
    monkeypatch.chdir(tmp_path)
    next_year = datetime.now(UTC).year + 1
    Path("holidays.toml").write_text(
        f"[{next_year}]\noff = []\n[{next_year - 1}]\noff = []\n", encoding="utf-8"
    )
    monkeypatch.setenv("XIAOHAO_CITY__HOLIDAYS", str(tmp_path / "holidays.toml"))


def test_all_is_well(tmp_path: Path, running: Running[FakeWecom], demo_city: str) -> None:
    """But for https, which the fake has not."""
    code, said = run(config(tmp_path, wecom(running.fake.url, demo_city, public="https://127.0.0.1:1")))
    assert code == 0, said
    for line in (
        "启用的平台：企业微信",
        "SQLite 连得上，版本",
        "127.0.0.1 连得上",
        "时钟和平台相差",
        "令牌取得到",
        "回调地址填：https://127.0.0.1:1/wecom/callback",
        "自建应用收不到群里的消息",
        "企业可信IP",
        "个工作日",
        "没有发现错误",
    ):
        assert line in said, line
    assert running.fake.fetched_tokens == 1
    assert running.fake.delivered == []


def test_each_fault_says_what_to_do(tmp_path: Path, running: Running[FakeWecom], demo_city: str) -> None:
    running.date = datetime.now(UTC) - timedelta(minutes=10)
    text = wecom(running.fake.url, demo_city, secret="s3cret-wrong", public="http://x.example.gov.cn")
    code, said = run(config(tmp_path, text))
    assert code == 1
    assert "取不到企业微信的令牌：应用的 Secret 不对，请核对配置（40001）" in said
    assert "→ 核对 corp_id、agent_id、secret" in said
    assert "本机时钟比平台快60" in said and "timedatectl set-ntp true" in said
    assert "public_url 是 http，不是 https" in said
    assert "有3处错误要改" in said
    faults = [line for line in said.splitlines() if line.startswith("　错")]
    lines = said.splitlines()
    assert all(lines[lines.index(fault) + 1].startswith("　　　→ ") for fault in faults)


def test_a_platform_that_cannot_be_reached(tmp_path: Path, demo_city: str) -> None:
    code, said = run(config(tmp_path, wecom("http://127.0.0.1:1/pre", demo_city, public="https://x.example")))
    assert code == 1
    assert "127.0.0.1 连不上" in said and "检查网络和防火墙" in said
    assert "先解决上面的网络问题" in said
    assert "没有连通任何平台：这台机器可能没有互联网" in said


def test_no_public_url(tmp_path: Path, running: Running[FakeWecom], demo_city: str) -> None:
    code, said = run(config(tmp_path, wecom(running.fake.url, demo_city)))
    assert (code, "没有写 public_url" in said) == (1, True)


def test_our_own_address_is_looked_at(tmp_path: Path, running: Running[FakeWecom], demo_city: str) -> None:
    here = str(running.fake.server.make_url("")).rstrip("/")
    _, said = run(config(tmp_path, wecom(running.fake.url, demo_city, public=here)))
    assert f"{here} 能访问到本程序" in said


def test_of_a_webhook_only_the_host_is_named(
    tmp_path: Path, running: Running[FakeWecom], demo_city: str
) -> None:
    hook = f'[channels.wecom_robot]\nwebhook_url = "{running.fake.url}/cgi-bin/webhook/send?key=hook-key"\n'
    code, said = run(
        config(tmp_path, wecom(running.fake.url, demo_city, public="https://x.example", more=hook))
    )
    assert code == 0, said
    assert "企业微信群机器人" in said
    assert running.fake.delivered == []


def test_faults_of_the_config_are_told_and_the_rest_is_looked_at(tmp_path: Path) -> None:
    text = '[city]\nledger_yaer = 2025\n[storage]\nurl = "sqlite:///empty.db"\n'
    code, said = run(config(tmp_path, text))
    assert code == 1
    assert "city.ledger_yaer 没有这个配置项" in said
    assert "SQLite 连得上，还是空的" in said
    assert "没有启用任何消息平台" in said


def test_a_secret_whose_file_is_missing_is_one_fault(tmp_path: Path) -> None:
    text = wecom("https://127.0.0.1:1", "sqlite:///empty.db").replace(
        'secret = "s3cret-of-the-app"', 'secret_file = "no/such.secret"'
    )
    code, said = run(config(tmp_path, text))
    assert code == 1
    assert "channels.wecom.secret_file：读不出 no/such.secret" in said
    assert said.count("　错") == 1 and "有1处错误要改" in said


def test_a_database_that_is_away_is_told_without_its_password(tmp_path: Path) -> None:
    text = '[storage]\nurl = "postgresql+psycopg://xiaohao:s3cret-db@127.0.0.1:1/none"\n'
    code, said = run(config(tmp_path, text))
    assert code == 1
    assert "数据库打不开（那个地址、端口上没有数据库在运行）" in said


def test_a_database_newer_than_the_program(tmp_path: Path, demo_city: str) -> None:
    db = Database(demo_city)
    with db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999_from_later'")
    db.close()
    code, said = run(config(tmp_path, f'[storage]\nurl = "{demo_city}"\n'))
    assert code == 1
    assert "9999_from_later 比程序新" in said


def test_an_old_database_is_not_touched(tmp_path: Path, demo_city: str) -> None:
    db = Database(demo_city)
    with db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    code, said = run(config(tmp_path, f'[storage]\nurl = "{demo_city}"\n'))
    assert code == 0, said
    assert "版本 0001，程序要" in said
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == "0001"
    db.close()


@pytest.mark.parametrize(
    ("today", "level"),
    [
        (date(2025, 9, 1), "hint"),
        (date(2025, 11, 16), "hint"),  # the regime warns 45 days before the year's end
        (date(2025, 11, 17), "fault"),
        (date(2025, 12, 31), "fault"),
        (date(2026, 1, 1), "fault"),
    ],
)
def test_next_years_holidays_are_wanted_in_time(
    today: date, level: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.calendar import Calendar
    from bot.config import Config

    monkeypatch.setattr(Calendar, "knows", lambda _self, year: year < 2026)
    checkup = Checkup()
    city.holidays(checkup, Config(), today)
    assert level in {one.level for one in checkup.findings}
    if level == "hint":
        assert checkup.faults == 0


def test_calls_a_month_against_the_quota(tmp_path: Path, demo_city: str) -> None:
    text = (
        f'[storage]\nurl = "{demo_city}"\n[channels.dingtalk]\napi_url = "http://127.0.0.1:1"\n'
        'oapi_url = "http://127.0.0.1:1"\napp_key = "dingkey"\napp_secret = "s3cret-ding"\nper_month = 300\n'
    )
    code, said = run(config(tmp_path, text))
    assert code == 1
    assert "还没人绑定，按所有人估" in said
    assert "per_month = 300（标准版每月5000次），不够用" in said
    assert "钉钉后台买专业版或加量包" in said


def test_the_sum_counts_who_is_on_the_platform(demo_city: str) -> None:
    from bot.config import Config

    db = Database(demo_city)

    def two(tx: Any) -> None:
        rows = tx.execute(account.select().where(account.c.account.in_(("liaison-21", "office-1")))).all()
        for row in rows:
            binding.bind(tx, row.person_id, "feishu", row.account, demo_time(START))

    db.write_now(two)
    directory = db.read_now(DirectoryCache(2025).get)
    db.close()
    words, total, peak = expected(Config(), directory, "feishu", date(2025, 9, 15))
    # September 2025 has 23 workdays (a made-up Sunday among them).
    assert "联络员1×1答复" in words and "重点办1×10" in words and "×23个工作日" in words
    assert peak == 11
    assert total == 11 * 23 + 1 * 4 + 372


def test_a_folders_own_check_takes_the_place_of_the_token(
    tmp_path: Path, running: Running[FakeWecom], demo_city: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import bot.channels.wecom as folder

    async def check(_config: Any, _ports: Any) -> list[Finding]:
        return [Finding("fault", "应用还没有发布", "在后台发布一个版本")]

    monkeypatch.setattr(folder, "check", check, raising=False)
    code, said = run(config(tmp_path, wecom(running.fake.url, demo_city, public="https://x.example")))
    assert code == 1
    assert "应用还没有发布\n　　　→ 在后台发布一个版本" in said
    assert running.fake.fetched_tokens == 0


def test_chinese_fonts_are_found_without_fontconfig(tmp_path: Path) -> None:
    assert not city.font_files((tmp_path, tmp_path / "none"))
    (tmp_path / "noto").mkdir()
    (tmp_path / "noto" / "NotoSansCJK-Regular.ttc").write_bytes(b"")
    assert city.font_files((tmp_path, tmp_path / "none"))
