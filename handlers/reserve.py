"""储备、签约项目: entered and moved on by the office in a line (P9, P10).

签约项目：碳化硅衬底项目，闻喜县，产业，总投资5亿元，年计划1亿元，9月10日
签约项目碳化硅衬底9月20日开工          储备项目碳化硅衬底转前期          储备项目碳化硅衬底列入台账诺维兰
闻喜县固投任务80亿元
"""

import re
from datetime import date

from bot.mechanism.reserve import STAGE_NAMES, Reserved, Stage
from bot.people import Role
from bot.routing import Refusal, Reply, Router, Turn, tried
from bot.wording import date_words, money
from handlers.asked_days import DAY, day_named
from handlers.stalled import project_named
from storage import reserve
from storage.changes import By
from storage.directory import Area
from storage.reserve import Entry

router = Router()

FIELDS = {
    "产业类": "industry",
    "产业": "industry",
    "基础设施类": "infrastructure",
    "基础设施": "infrastructure",
    "社会民生类": "livelihood",
    "社会民生": "livelihood",
    "民生": "livelihood",
}
_STAGES = {words: stage for stage, words in STAGE_NAMES.items()} | {"储备": Stage.PLANNED}
_MONEY = r"(?P<sum>\d+(?:\.\d+)?)\s*(?P<unit>亿|万)元?"
_TOTAL = re.compile(rf"总?投资(?:额)?[为：:]?{_MONEY}")
_PLAN = re.compile(rf"(?:今年|年度|年|当年)?计划(?:投资)?[为：:]?{_MONEY}")
_DAY = re.compile(rf"(?P<day>{DAY})(?:签约|谋划|储备)?")


@router.phrase(r"(?P<kind>谋划|储备|签约)项目(?:登记|入库|录入)?[：:]\s*(?P<items>.+)")
def enter(match: re.Match[str], turn: Turn) -> Reply:
    """签约项目：…，…; several stand on lines of their own. What can't be read is said, nothing of it kept."""
    must_keep_reserve(turn)
    stage = _STAGES[match["kind"]]
    items = [one.strip(" 。，,") for one in re.split(r"[；;\n]", match["items"]) if one.strip(" 。，,")]
    return Reply("\n".join(tried(turn, lambda item=item: _enter(item, stage, turn)).text for item in items))  # type: ignore[misc]


def _enter(item: str, stage: Stage, turn: Turn) -> Reply:
    name, *parts = [one.strip() for one in re.split(r"[，,、]", item) if one.strip()]
    area, field, total, plan, day = None, "", 0, 0, None
    of_city = False
    for part in parts:
        found = next((one for one in turn.directory.areas if part in (one.name, one.name[:-1])), None)
        if found is not None:
            area = found
        elif part in ("市直", "市本级"):
            of_city = True
        elif part in FIELDS:
            field = FIELDS[part]
        elif (match := _TOTAL.fullmatch(part)) is not None:
            total = yuan(match)
        elif (match := _PLAN.fullmatch(part)) is not None:
            plan = yuan(match)
        elif (match := _DAY.fullmatch(part)) is not None:
            day = _past(match["day"], turn)
        else:
            raise Refusal(f"{name}：“{part}”没有读懂，没有记。{_FORM}")
    own = turn.directory.area_of(turn.sender)
    if own is not None and (of_city or (area is not None and area.id != own)):
        raise Refusal(f"{name}：您只能登记本县的储备项目，没有记，请由那个县或市重点办登记。")
    if own is None and area is None and not of_city:
        raise Refusal(f"{name}：请写明是哪个县（市直的写“市直”），没有记。{_FORM}")
    if not field or not total:
        raise Refusal(f"{name}：请写明领域和总投资，没有记。{_FORM}")
    if stage is Stage.SIGNED and day is None:
        raise Refusal(f"{name}：请写明哪天签约，没有记。{_FORM}")
    is_new = name not in reserve.known(turn.tx)
    area_id = own if own is not None else area.id if area is not None else None
    entry = Entry(name, area_id, field, total, plan, stage.value, {stage.value: day} if day else {})
    reserve.enter(turn.tx, [entry], at=turn.now, source="聊天", summary=turn.text[:200], by=by(turn))
    where = next((one.name for one in turn.directory.areas if one.id == area_id), "市直")
    when = f"{date_words(day, turn.today)}" if day else ""
    return Reply(
        f"{'登记' if is_new else '更新'}{stage.words}项目：{name}，{where}，总投资{money(total)}"
        f"{f'，年计划{money(plan)}' if plan else ''}{f'，{when}{stage.words}' if when else ''}。"
    )


_FORM = "请这样写：“签约项目：某某项目，闻喜县，产业，总投资5亿元，年计划1亿元，9月10日”。"


@router.phrase(
    rf"(?:储备|签约|谋划)项目(?P<name>[^：:，,\n]{{2,60}}?)(?:已经|已)?(?P<before>{DAY})?(?:已经|已)?(?:转入|转为|转|进入)?"
    rf"(?P<stage>签约|前期|开工|竣工|投产|达效)(?:阶段)?了?(?:[，,\s]*(?P<after>{DAY}))?[。]?"
)
def move(match: re.Match[str], turn: Turn) -> Reply | None:
    """签约项目碳化硅9月20日开工. None where the reserve has no project of that name."""
    found = named(match["name"], turn)
    if not found:
        return None
    must_keep_reserve(turn)
    one = only(found, match["name"])
    _must_be_mine(one, turn)
    stage, words = _STAGES[match["stage"]], match["before"] or match["after"]
    day = _past(words, turn) if words else turn.today
    if one.stage >= stage and one.stage is not stage:
        raise Refusal(
            f"{one.name}已经是“{one.stage.words}”，没有改。写错了的请重新登记：“{one.stage.words}项目：{one.name}，…”。"
        )
    reserve.move(turn.tx, one.id, stage, day, at=turn.now, summary=turn.text[:200], by=by(turn))
    then = (
        f"要和台账里的项目对上，请回“签约项目{one.name}列入台账项目名”。"
        if stage >= Stage.STARTED and one.project_id is None
        else ""
    )
    return Reply(f"{one.name}：{date_words(day, turn.today)}{stage.words}，记下了。{then}")


@router.phrase(
    r"(?:储备|签约|谋划)项目(?P<name>[^：:，,\n]{2,60}?)(?:转入|列入|对应|就是)(?:年度)?(?:台账|建设库|台账里)?(?:的|项目|[：:])*(?P<what>[^：:，,\n]{2,40}?)[。]?"
)
def link(match: re.Match[str], turn: Turn) -> Reply | None:
    """储备项目碳化硅列入台账诺维兰: from then on its reports say how far it is."""
    found = named(match["name"], turn)
    project = project_named(match["what"], turn) if found else None
    if not found or project is None:
        return None
    must_keep_reserve(turn)
    one = only(found, match["name"])
    _must_be_mine(one, turn)
    reserve.link(turn.tx, one.id, project.id, at=turn.now, summary=turn.text[:200], by=by(turn))
    return Reply(f"{one.name}＝台账{project.number}号项目{project.short}，以后开工、投产以它报的为准。")


@router.phrase(
    rf"(?P<area>[\u4e00-\u9fff]{{2,8}}?)(?P<year>20\d\d)?年?(?:的)?(?:固投|固定资产投资)(?:任务|目标)(?:是|为|：|:)?\s*{_MONEY}[。]?"
)
def set_task(match: re.Match[str], turn: Turn) -> Reply | None:
    """闻喜县固投任务80亿元. None where no county is named."""
    area = area_named(match["area"], turn)
    if area is None:
        return None
    must_keep_reserve(turn)
    if turn.directory.area_of(turn.sender) not in (None, area.id):
        raise Refusal(f"{area.name}的固投任务由市重点办或{area.name}重点办登记。")
    year = int(match["year"] or turn.directory.year)
    stood = reserve.tasks(turn.tx, year).get(area.id)
    reserve.set_task(turn.tx, area.id, year, yuan(match), at=turn.now, summary=turn.text[:200], by=by(turn))
    was = f"（原来{money(stood)}）" if stood is not None else ""
    return Reply(f"{area.name}{year}年固投任务{money(yuan(match))}{was}，记下了。")


def must_keep_reserve(turn: Turn) -> None:
    """The city's office and the counties', these of their own."""
    if not turn.sender.has(Role.OFFICE):
        raise Refusal("储备和签约项目由重点办登记。有项目要报，请联系本县或市重点办。")


def _must_be_mine(one: Reserved, turn: Turn) -> None:
    own = turn.directory.area_of(turn.sender)
    if own is not None and one.area_id != own:
        raise Refusal(f"{one.name}不是本县的储备项目，请联系市重点办。")


def named(words: str, turn: Turn) -> list[Reserved]:
    """The projects of the reserve whose name holds these words; the one that is called exactly so."""
    bare = words.strip(' 的“”"项目')
    found = reserve.read(turn.tx, turn.today, turn.directory.year)
    exact = [one for one in found if words.strip() == one.name or bare == one.name]
    return exact or [one for one in found if bare and bare in one.name]


def only(found: list[Reserved], words: str) -> Reserved:
    """The one that was named. Raises Refusal where several fit."""
    if len(found) > 1:
        names = "、".join(one.name for one in found[:5])
        raise Refusal(f"“{words}”有{len(found)}个：{names}。请写全名。")
    return found[0]


def area_named(words: str, turn: Turn) -> Area | None:
    """The county of that name, with or without its last word."""
    return next((one for one in turn.directory.areas if words in (one.name, one.name[:-1])), None)


def yuan(match: re.Match[str]) -> int:
    """A sum with its unit in 元."""
    return round(float(match["sum"]) * (100_000_000 if match["unit"] == "亿" else 10_000))


def by(turn: Turn) -> By:
    """Who says it, for the record."""
    return By(turn.on_behalf, turn.writer.id, turn.inbox_id)


def _past(words: str, turn: Turn) -> date:
    day = day_named(words, turn.today, turn.today.year)
    if day is None or day > turn.today:
        raise Refusal(f"“{words}”还没到，没有记。已经发生的再登记。")
    return day
