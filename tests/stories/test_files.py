"""一事一档, 一堵点一报告: everything that was said, done and told of a matter, as document and archive (T14)."""

import csv
import io
import zipfile
from pathlib import Path
from typing import Any

from docx import Document
from typer.testing import CliRunner

from bot.cli import app
from storage import attachments
from tests.stories.conftest import Story

_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc00000030101"
    "0018dd8db00000000049454e44ae426082"
)  # one pixel


async def keep(story: Story, name: str, body: bytes, media_type: str = "image/png") -> str:
    """A file that somebody will send with a message; its id."""
    now = story.now
    return await story.city.db.write(
        lambda tx: attachments.keep(tx, name=name, media_type=media_type, body=body, at=now)
    )


async def sent_to(story: Story, account: str) -> dict[str, bytes]:
    """The files of the newest message there that has any."""
    lines = await story._lines(account, None, 0)
    files = next(line["attachments"] for line in reversed(lines) if line["attachments"])
    return {
        one["name"]: await story.city.db.read(lambda tx, i=one["id"]: attachments.body_of(tx, i).body)
        for one in files
    }


def words_of(body: bytes) -> str:
    """All that a document says."""
    document: Any = Document(io.BytesIO(body))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


async def handled(story: Story) -> int:
    number = await story.dispatched()
    await story.says("contact-swj", f"{number}号周工负责，22日前办完")
    photo = await keep(story, "K12现场.png", _PNG)
    await story.says("contact-swj", f"{number}号反馈，已开挖300米", files=[photo])
    return number


async def test_a_tickets_file_holds_words_steps_photos_and_who_was_told(story: Story) -> None:
    number = await handled(story)
    assert "马上发来" in await story.says("office-1", f"{number}号档案")
    files = await sent_to(story, "office-1")
    assert list(files) == [f"{number}号档案.docx", f"{number}号档案.zip"]
    words = words_of(files[f"{number}号档案.docx"])
    for said in ("342改线卡在供水管迁改", "已开挖300米", "市水务局", "周工", "13710第7天", "K12现场.png"):
        assert said in words, said
    assert "运政办发〔2019〕12号（十四）" in words, "the ground of each limit"
    document: Any = Document(io.BytesIO(files[f"{number}号档案.docx"]))
    assert len(document.inline_shapes) == 1, "the photo is in it"
    archive = zipfile.ZipFile(io.BytesIO(files[f"{number}号档案.zip"]))
    assert archive.testzip() is None
    index = list(csv.reader(io.StringIO(archive.read("目录.csv").decode("utf-8-sig"))))
    assert {row[0] for row in index[1:]} == set(archive.namelist()) - {"目录.csv"}
    assert archive.read("附件/01_K12现场.png") == _PNG
    told = list(csv.DictReader(io.StringIO(archive.read("告知.csv").decode("utf-8-sig"))))
    mine = [row for row in told if "交办" in row["内容"] and "水务局" in row["告知谁"]]
    assert mine and mine[0]["送达"] and mine[0]["方式"] == "聊天台"


async def test_only_the_office_that_answers_for_it_gets_the_file(story: Story) -> None:
    number = await handled(story)
    assert "由重点办调阅" in await story.says("contact-swj", f"{number}号档案")
    assert "由重点办调阅" in await story.says("liaison-21", f"{number}号档案")
    assert "没有查到" in await story.says("county-jiangxian", f"{number}号档案")
    assert "马上发来" in await story.says("county-wenxi", f"{number}号档案")


async def test_no_file_goes_into_a_group_where_others_would_have_it_too(story: Story) -> None:
    number = await handled(story)
    for text in (
        f"{number}号档案",
        f"{number}号报告",
        "342改线2025年档案",
        "堵点台账",
        "导出9月台账",
        "填报表",
    ):
        assert "请私聊" in await story.says("office-1", text, group="city"), text
    await story.pass_time(minutes=5)
    lines = await story._lines("office-1", "city", 0)
    assert not [line for line in lines if line["attachments"]]


async def test_a_projects_year_is_one_file(story: Story) -> None:
    number = await handled(story)
    await story.says("liaison-21", "342改线9月完成投资1800万元，路基填了3公里")
    assert "马上发来" in await story.says("office-1", "国道342闻喜县城过境改线2025年档案")
    files = await sent_to(story, "office-1")
    (document,) = (body for name, body in files.items() if name.endswith(".docx"))
    words = words_of(document)
    assert "1800万元" in words and "路基填了3公里" in words and f"{number}号" in words
    await story.says("office-1", "国道342闻喜县城过境改线2024年档案")
    files = await sent_to(story, "office-1")
    (document,) = (body for name, body in files.items() if name.endswith(".docx"))
    assert "路基填了3公里" not in words_of(document), "another year is another file"


async def test_T14_a_blocker_can_be_had_as_a_report(story: Story) -> None:
    number = await handled(story)
    assert "马上发来" in await story.says("liaison-21", f"{number}号报告")
    ((name, body),) = (await sent_to(story, "liaison-21")).items()
    assert name == f"{number}号堵点报告.docx"
    words = words_of(body)
    for said in (
        "供水管迁改",
        "责任单位：市水务局；责任人：周工",
        "13710第7天",
        "已开挖300米",
        "请市水务局",
        "9月30日前",
    ):
        assert said in words, said
    assert "告知" not in words, "a report is no file: who was told is the office's"
    assert "没有查到" in await story.says("contact-czj", f"{number}号报告")


async def test_a_picture_that_is_none_does_not_spoil_the_file(story: Story) -> None:
    number = await story.dispatched()
    bad = await keep(story, "坏图.png", b"no picture")
    await story.says("contact-swj", f"{number}号反馈，正在办", files=[bad])
    await story.says("office-1", f"{number}号档案")
    files = await sent_to(story, "office-1")
    assert "图片打不开" in words_of(files[f"{number}号档案.docx"])
    archive = zipfile.ZipFile(io.BytesIO(files[f"{number}号档案.zip"]))
    assert archive.read("附件/01_坏图.png") == b"no picture"


async def test_the_command_writes_the_same_files(story: Story, tmp_path: Path, monkeypatch: Any) -> None:
    number = await handled(story)
    config = tmp_path / "config.toml"
    config.write_text(f'[storage]\nurl = "{story.city.config.storage.url}"\n', encoding="utf-8")
    run = CliRunner()
    out = tmp_path / "out"
    done = run.invoke(app, ["file", "ticket", str(number), "--out", str(out), "--config", str(config)])
    assert done.exit_code == 0, done.output
    assert {one.name for one in out.iterdir()} == {f"{number}号档案.docx", f"{number}号档案.zip"}
    assert "已开挖300米" in words_of((out / f"{number}号档案.docx").read_bytes())
    year = run.invoke(
        app, ["file", "project", "21", "--year", "2025", "--out", str(out), "--config", str(config)]
    )
    assert year.exit_code == 0, year.output
    gone = run.invoke(app, ["file", "ticket", "999", "--out", str(out), "--config", str(config)])
    assert gone.exit_code == 1 and "没有999号" in gone.output


async def test_T14_the_undertaking_unit_reads_no_money_of_a_project_that_it_does_not_see(
    story: Story,
) -> None:
    number = await handled(story)
    await story.says("contact-swj", f"{number}号报告")
    ((_, body),) = (await sent_to(story, "contact-swj")).items()
    assert "总投资" not in words_of(body)
    await story.says("liaison-21", f"{number}号报告")
    ((_, body),) = (await sent_to(story, "liaison-21")).items()
    assert "总投资" in words_of(body)


async def test_what_is_no_character_spoils_no_file(story: Story) -> None:
    number = await story.reported("342改线卡在供水管\ufffe迁改\uffff，请市水务局9月30日前解决")
    await story.says("liaison-21", f"{number}号报告")
    ((_, body),) = (await sent_to(story, "liaison-21")).items()
    assert "供水管迁改" in words_of(body)
