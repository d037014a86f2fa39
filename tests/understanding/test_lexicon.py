"""Words as data: our files, and a city's folder with its own."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot import checking, cli
from bot.acts import Understood
from bot.calendar import Calendar
from bot.config import City, Config, Storage
from bot.people import ProjectName, TicketTitle, Unit
from bot.understanding import Understanding, lexicon
from bot.understanding.nicknames import nicknamed

from . import conftest

OURS = sorted(path for path in Path(lexicon.__file__).parent.iterdir() if path.suffix in (".toml", ".txt"))
ROAD = ProjectName(1, "槐东路道路工程", ("市住建局",), "盐湖区", "盐湖区")
PLANT = ProjectName(2, "高活性吸附材料项目", ("宏达公司",), "河津市", "河津市")
UNITS = (
    Unit("市生态环境局", "city"),
    Unit("市住建局", "city", ("住建局",)),
    Unit("盐湖区人民政府", "county"),
)
GAP = TicketTitle(17, 1, "utilities", "供水管网缺口")

Write = Callable[..., Path]
Means = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """`write(status="started = […]")` makes a city's folder; a name with an underscore is a .txt file."""

    def make(**texts: str) -> Path:
        folder = tmp_path / "words"
        folder.mkdir(exist_ok=True)
        for name, text in texts.items():
            file = f"{name.strip('_')}.txt" if name.endswith("_") else f"{name}.toml"
            (folder / file).write_text(text, encoding="utf-8")
        return folder

    return make


@pytest.fixture
def means(write: Write, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Means]:
    """`means(role, text, **files)`: the acts of the text for a city with these files."""

    def understood(role: str, text: str, **files: str) -> list[dict[str, Any]]:
        lexicon.extend(write(**files) if files else None)
        reader = Understanding((ROAD, PLANT), UNITS, Calendar())
        answer: Understood = conftest.saying(reader)(
            role, text, (1,) if role == "liaison" else (), (GAP,) if "号" in text else ()
        )
        return answer.as_json()["acts"]  # type: ignore[no-any-return]

    yield understood
    lexicon.extend(None)


STARTED = [{"act": "progress", "project": 1, "status": "started"}]


@pytest.mark.parametrize(
    ("role", "text", "files", "before", "after"),
    [
        ("liaison", "已经开锣", {"status": 'started = ["开锣"]'}, [], STARTED),
        ("liaison", "已经奠基", {"status": 'started = ["-奠基"]'}, STARTED, []),
        (
            "liaison", "已经动工", {"status": 'resumed = ["动工"]'},
            STARTED, [{"act": "progress", "project": 1, "status": "resumed"}],
        ),
        (
            "liaison", "地龙沟没挖通", {"troubles": '[utilities]\nthings = ["地龙沟", "热力(沟/井)"]'},
            [], [{"act": "blocker", "project": 1, "category": "utilities"}],
        ),
        (
            "liaison", "热力井没到", {"troubles": '[supply]\nthings = ["热力（沟／井）"]'},
            [{"act": "blocker", "project": 1, "category": "utilities"}],
            [{"act": "blocker", "project": 1, "category": "supply"}],
        ),
        (
            "liaison", "俩村又掐起来了", {"troubles": '[obstruction]\nphrases = ["村……掐起来"]'},
            [], [{"act": "blocker", "project": 1, "category": "obstruction"}],
        ),
        (
            "liaison", "打春到现在完成300万", {"progress": '[scopes]\nyear = ["打春到现在"]'},
            [{"act": "progress", "project": 1, "invested": [{"wan": 300}]}],
            [{"act": "progress", "project": 1, "invested": [{"scope": "year", "wan": 300}]}],
        ),
        (
            "office", "东大街催一下", {"nicknames": '"槐东路" = ["东大街"]'},
            [], [{"act": "urge", "project": 1}],
        ),
        (
            "office", "17号交给绿水队", {"units": '"生态环境局" = ["绿水队"]'},
            [], [{"act": "dispatch", "ticket": 17, "unit": "市生态环境局"}],
        ),
        (
            "office", "17号交给环保局", {"units": '"生态环境局" = ["-环保局"]'},
            [{"act": "dispatch", "ticket": 17, "unit": "市生态环境局"}], [],
        ),
        ("liaison", "老乡好，已经开工", {"polite": 'greetings = ["老乡好"]'}, STARTED, STARTED),
        ("contact", "17号俺们接下嘞", {"answers": '[contact]\nacknowledge = ["接下嘞"]'}, [], [{"act": "acknowledge", "ticket": 17}]),
        ("leader", "17号必须办", {"answers": '[leader]\ntask = ["-必须"]'}, [{"act": "instruct", "ticket": 17}], []),
    ],
)  # fmt: skip
def test_a_city_adds_and_removes_words(
    means: Means,
    role: str,
    text: str,
    files: dict[str, str],
    before: list[dict[str, Any]],
    after: list[dict[str, Any]],
) -> None:
    assert means(role, text) == before
    assert means(role, text, **files) == after
    assert means(role, text) == before


def test_words_of_text_files_are_added_and_removed(write: Write) -> None:
    try:
        lexicon.extend(write(weak_="吸附材料  # 本市好几个\n", fillers_="-科技\n\n# 说明\n"))
        assert "吸附材料" in lexicon.entries("weak")
        assert "建设" in lexicon.entries("fillers")
        assert "科技" not in lexicon.entries("fillers")
    finally:
        lexicon.extend(None)
    assert "科技" in lexicon.entries("fillers")


def test_a_list_without_words_finds_nothing(write: Write) -> None:
    try:
        lexicon.extend(write(polite='greeted = ["-各位", "-领导", "-老师"]\nclosings = ["-辛苦", "-拜托"]'))
        reader = Understanding((ROAD,), UNITS, Calendar())
        said = conftest.saying(reader)("liaison", "大家好，已经开工", (1,))
        assert said.as_json()["acts"] == STARTED
    finally:
        lexicon.extend(None)


def test_a_nickname_of_several_units_is_the_citys_or_nobodys() -> None:
    city, county = Unit("市生态环境局", "city"), Unit("盐湖区生态环境局", "county")
    other = Unit("市水务局", "city", ("环境局",))
    named = {unit.name: unit.aliases for unit in nicknamed((county, city, other))}
    assert "环保局" in named["市生态环境局"]
    assert "环境局" not in named["市生态环境局"], "it is another unit's already"
    assert named["盐湖区生态环境局"] == ()
    assert nicknamed((county, Unit("河津市生态环境局", "county")))[0].aliases == ()


def faults(folder: Path) -> list[str]:
    """What is wrong with a folder, without its path."""
    with pytest.raises(lexicon.LexiconError) as caught:
        lexicon.check(folder)
    return [fault.removeprefix(f"{folder}/") for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"words": 'a = ["甲"]'}, ["words.toml：没有这个词表，可用的有 answers.toml、"]),
        ({"status_": "甲"}, ["status.txt：没有这个词表"]),
        ({"status": '\nbegun = ["甲"]'}, ["status.toml 第2行：没有“begun”这一项，可用的有 at_capacity、completed、"]),
        ({"troubles": '[roads]\nthings = ["甲"]'}, ["troubles.toml 第1行：没有“roads”这一项"]),
        ({"troubles": '[land]\n\nthngs = ["甲"]'}, ["troubles.toml 第3行：没有“thngs”这一项，可用的有 phrases、things"]),
        ({"troubles": 'land = ["甲"]'}, ["troubles.toml 第1行：“land”下面还分项：先写一行 [land]"]),
        ({"status": 'started = "开锣"'}, ["status.toml 第1行：“started”应写成一个列表，如"]),
        ({"status": "\n[[started]]\na = 1"}, ["status.toml 第2行：列表里只能写加引号的词"]),
        ({"status": "[started]\na = 1"}, ["status.toml 第1行：“started”应写成一个列表，如"]),
        ({"status": 'started = ["开锣",\n  5, true]'}, ["status.toml 第2行：列表里只能写加引号的词，如 \"甲\"；5 不是", "status.toml 第2行：列表里只能写加引号的词，如 \"甲\"；True 不是"]),
        ({"status": 'started = ["开锣",\n " "]'}, ["status.toml 第2行：空的词"]),
        ({"weak_": "甲乙\n-\n"}, ["weak.txt 第2行：空的词"]),
        ({"requests": 'after = ["能(不/否"]'}, ["requests.toml 第1行：“能(不/否”的括号没有配对"]),
        ({"requests": 'after = [\n  "能)不"]'}, ["requests.toml 第2行：“能)不”的括号没有配对"]),
        ({"requests": 'after = ["能((不))"]'}, ["requests.toml 第1行：“能((不))”的括号没有配对，或括号里又有括号"]),
        ({"requests": 'after = ["能/不"]'}, ["requests.toml 第1行：“能/不”里的“/”应放在括号里"]),
        ({"requests": 'after = ["能(不/)"]'}, ["requests.toml 第1行：“能(不/)”的括号里有一项是空的"]),
        ({"requests": 'after = ["能…"]'}, ["requests.toml 第1行：“能…”的“…”应在两个词的中间"]),
        ({"requests": 'after = ["甲…乙…丙…丁…戊"]'}, ["requests.toml 第1行：“甲…乙…丙…丁…戊”里“…”太多，最多3处"]),
        ({"requests": f'after = ["{"(甲/乙)" * 9}"]'}, ["requests.toml 第1行：“" + "(甲/乙)" * 9 + "”的括号太多"]),
        ({"weak_": "甲…乙"}, ["weak.txt 第1行：“甲…乙”：这个列表只能写整词，不能用“…”"]),
        ({"status": 'started = ["开锣"\n\nresumed = ["甲"]'}, ["status.toml 第3行：写法不对：看看这一行和上一行是否少了引号、逗号、方括号"]),
        ({"status": "started = [“开锣”]"}, ["status.toml 第1行：写法不对"]),
        ({"nicknames": '"甲" = ["乙"]\n丙 = ["丁"]'}, ["nicknames.toml 第2行：写法不对"]),
        ({"status": 'started = ["甲"]\nstarted = ["乙"]'}, ["status.toml 第2行：同一个名称写了两次"]),
        ({"status": 'started = ["开锣"'}, ["status.toml 第1行：写法不对"]),
        ({"weak_": "甲乙\n丙丁\n甲乙\n"}, ["weak.txt 第3行：“甲乙”写了两次（第1行已经有了）"]),
        ({"status": 'started = ["开锣"]\nresumed = ["开锣"]'}, ["status.toml 第2行：“开锣”写了两次（在“started”里，第1行已经有了）"]),
        ({"weak_": "科技\n-没有的"}, ["weak.txt 第2行：“-没有的”去不掉：自带的词里没有“没有的”"]),
    ],
)  # fmt: skip
def test_a_wrong_file_is_told_with_line_and_reason(
    write: Write, files: dict[str, str], told: list[str]
) -> None:
    said = faults(write(**files))
    assert len(said) == len(told)
    assert all(one.startswith(start) for one, start in zip(said, told, strict=True)), said


def test_a_file_that_is_not_utf8_is_told(write: Write) -> None:
    folder = write()
    (folder / "weak.txt").write_bytes("甲乙\n丙丁\n".encode("gb18030"))
    (folder / "status.toml").write_bytes('# ok\nstarted = ["开锣"]'.encode("gb18030"))
    assert faults(folder) == [
        "status.toml 第2行：不是 UTF-8 编码，请用记事本另存为 UTF-8",
        "weak.txt 第1行：不是 UTF-8 编码，请用记事本另存为 UTF-8",
    ]


def test_a_windows_file_and_what_editors_leave_behind_are_no_fault(write: Write) -> None:
    folder = write()
    (folder / "weak.txt").write_bytes("\ufeff甲乙\r\n丙丁\r\n".encode())
    (folder / ".DS_Store").write_bytes(b"\x00")
    (folder / "~$weak.txt").write_bytes(b"\xff")
    lexicon.check(folder)
    try:
        lexicon.extend(folder)
        assert lexicon.entries("weak")[-2:] == ("甲乙", "丙丁")
    finally:
        lexicon.extend(None)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(lexicon.LexiconError, match="没有这个文件夹"):
        lexicon.extend(tmp_path / "none")


def test_wrong_words_change_nothing(write: Write) -> None:
    before = lexicon.entries("status", "started")
    with pytest.raises(lexicon.LexiconError):
        lexicon.extend(write(status='started = ["开锣"]', weak_="甲乙\n甲乙"))
    assert lexicon.entries("status", "started") == before


def test_all_faults_of_all_files_are_told_at_the_start(write: Write, tmp_path: Path) -> None:
    folder = write(status='started = ["甲", "甲"]\nnope = []', weak_="丙\n-", more_="")
    config = Config(city=City(words=folder), storage=Storage(url=f"sqlite:///{tmp_path}/x.db"))
    said = checking.faults(config)
    assert len(said) == 4
    assert all(one.startswith(f"city.words：{folder}/") for one in said)


def test_words_can_be_tried_from_the_shell(write: Write) -> None:
    line = (
        '{"id": "1", "text": "槐东路已经开锣", "sent_at": "2025-09-16T10:00:00+08:00", "chat": "private", '
        '"sender": {"role": "liaison", "unit": "", "projects": []}, "tickets": []}'
    )
    try:
        words = str(write(status='started = ["开锣"]'))
        assert '"started"' in CliRunner().invoke(cli.app, ["understand", "--words", words], line).stdout
        words = str(write(status='started = ["开锣", "开锣"]'))
        wrong = CliRunner().invoke(cli.app, ["understand", "--words", words], line)
        assert wrong.exit_code == 1
        assert "“开锣”写了两次" in wrong.stderr
    finally:
        lexicon.extend(None)


def test_our_own_files_keep_the_rules_of_a_citys(tmp_path: Path) -> None:
    for path in OURS:
        shutil.copy(path, tmp_path)
    lexicon.check(tmp_path)


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_every_file_tells_first_how_to_add_words(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    head = "\n".join(lines[: next(at for at, line in enumerate(lines) if not line.startswith("#"))])
    assert all(word in head for word in ("加词", "[city] words", "“-”")), head
