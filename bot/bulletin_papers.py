"""The month's bulletin as papers: an official document, the ledger beside it, a picture for the group."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from bot.documents.bars import Bar, Picture, bars_png
from bot.documents.ledger_in import LedgerRow
from bot.documents.ledger_out import ledger_xlsx
from bot.documents.official import Block, Fonts, Grid, Heading, Paper, Text, official_docx
from bot.mechanism.bulletin import Issue, Section, footnotes, overall, section
from bot.mechanism.contest import city_own, counties, investment
from bot.mechanism.model import Indicator
from bot.mechanism.ranking import Placed, Series, rounded
from bot.mechanism.snapshot import CITY_OWN, Change, ProjectStand, Snapshot

_YI = 100_000_000


@dataclass(frozen=True, slots=True)
class Look:
    """How a city's documents look (config [papers]). `head`: the red 发文机关标志, empty for a plain one."""

    city: str
    head: str = ""
    serial: str = "第{number}期"
    to: str = "各县（市、区）人民政府，开发区管委会，市直各有关单位"
    copies: str = ""
    fonts: Fonts = field(default_factory=Fonts)


def bulletin_files(issue: Issue, ledger: Sequence[LedgerRow], look: Look) -> list[tuple[str, bytes]]:
    """The picture for the group, the official document, the ledger beside it: (name, bytes)."""
    snapshot = issue.snapshot
    which = f"第{issue.number}期" if issue.number else "草稿"
    name = f"{snapshot.year}年{snapshot.month}月通报（{which}）"
    made = {
        "png": bulletin_png(issue),
        "docx": bulletin_docx(issue, look),
        "xlsx": bulletin_xlsx(issue, ledger, look.city),
    }
    return [(f"{name}.{kind}", body) for kind, body in made.items()]


def bulletin_docx(issue: Issue, look: Look) -> bytes:
    """The official document; a draft has no number and no day."""
    city = look.city
    number = str(issue.number) if issue.number else "　"
    serial = look.serial.format(year=issue.snapshot.year, number=number)
    snapshot = issue.snapshot
    regime = issue.regime
    areas, units = issue.series()
    blocks: list[Block] = [
        Heading(1, "一、总体情况"),
        Text(section(issue, Section.OVERALL)),
        *_ranking(issue, areas, units),
    ]
    ordinal = "二" if not areas.placed and not units.placed else "三"
    blocks += [Heading(1, f"{ordinal}、存在问题"), Text(section(issue, Section.PROBLEMS))]
    ordinal = "三" if ordinal == "二" else "四"
    blocks += [Heading(1, f"{ordinal}、下步要求"), Text(section(issue, Section.DEMANDS))]
    blocks += [Text(f"注：{''.join(footnotes(issue))}")]
    attachments = [f"{city}{snapshot.year}年重点项目进展台账（{issue.span}）（另附电子表格）"]
    annexes = []
    if issue.changes:
        attachments.append("数据截止后核增核减情况")
        annexes.append(("数据截止后核增核减情况", (_changes(issue.changes),)))
    paper = Paper(
        title=(f"关于{city}{snapshot.year}年{issue.span}", "重点项目推进情况的通报"),
        blocks=tuple(blocks),
        head=look.head,
        number=serial,
        to=look.to,
        attachments=tuple(attachments),
        signed_by=regime.office.name,
        signed_on=issue.signed_on,
        note=regime.office.seal,
        copies=look.copies,
        issued_by=regime.office.name,
        annexes=tuple(annexes),
    )
    return official_docx(paper, look.fonts)


def _ranking(issue: Issue, areas: Series, units: Series) -> list[Block]:
    rule = issue.regime.ranking
    if rule is None or not (areas.placed or units.placed):
        return []
    blocks: list[Block] = [Heading(1, "二、排名情况")]
    if areas.placed:
        blocks += [
            Heading(2, "（一）县（市、区）、开发区"),
            _series("县（市、区）、开发区排名", areas, rule.counties),
            Text(_city_words(issue.snapshot)),
        ]
    if units.placed:
        blocks += [
            Heading(2, f"（{'二' if areas.placed else '一'}）市直有关单位"),
            _series("市直有关单位排名", units, rule.units),
        ]
    return blocks


def _series(caption: str, series: Series, indicators: tuple[Indicator, ...]) -> Grid:
    rows = tuple(
        (
            str(one.place),
            one.name,
            *(_share(one, indicator) for indicator in indicators),
            str(rounded(sum((taken.points for taken in one.taken), Fraction()), 1)) if one.taken else "—",
            str(one.score),
        )
        for one in series.placed
    )
    headings = ("名次", "单位", *(one.name for one in indicators), "扣分", "得分")
    return Grid(caption, headings, rows, (1.0, 2.6, *(1.6 for _ in indicators), 1.0, 1.2))


def _share(placed: Placed, indicator: Indicator) -> str:
    part = next((one for one in placed.parts if one.indicator.measure == indicator.measure), None)
    return "—" if part is None else f"{rounded(part.share * 100, 1)}%"


def _city_words(snapshot: Snapshot) -> str:
    own = city_own(snapshot)
    if not own:
        return "各项指标按年初确定的计划计算。"
    figure = investment(own)
    share = f"，占年计划的{rounded(figure.share * 100, 1)}%" if figure.base else ""
    return f"{CITY_OWN}项目{len(own)}个，完成{rounded(Fraction(figure.done, _YI), 2)}亿元{share}，单列，不参加排名。各项指标按年初确定的计划计算。"


def _changes(changes: tuple[Change, ...]) -> Grid:
    rows = tuple(
        (
            str(place),
            one.name,
            one.area or CITY_OWN,
            _wan(one.before),
            _wan(one.after),
            _wan((one.after or 0) - (one.before or 0), signed=True),
        )
        for place, one in enumerate(changes, 1)
    )
    return Grid(
        "今年累计完成投资（万元）",
        ("序号", "项目", "县（市、区）", "截止时", "现在", "增减"),
        rows,
        (1, 4, 2, 2, 2, 2),
    )


def _wan(yuan: int | None, *, signed: bool = False) -> str:
    if yuan is None:
        return "未报"
    value = rounded(Fraction(yuan, 10_000), 2).normalize()
    return f"{value:+f}" if signed else f"{value:f}"


# ---- the picture -----------------------------------------------------------------------------------


def bulletin_png(issue: Issue) -> bytes:
    """The counties' scores as bars; where nobody is ranked, how much of the plan is done, in the official order."""
    number = f"第{issue.number}期" if issue.number else "草稿"
    placed = issue.series()[0].placed
    if placed:
        bars = tuple(Bar(str(one.place), one.name, float(one.score), f"{one.score}分") for one in placed)
    else:
        bars = _unranked(issue)
    what = "综合得分（满分100）" if placed else "投资完成率（按行政区划顺序，不排名）"
    return bars_png(
        Picture(
            title=f"{issue.snapshot.year}年{issue.span}重点项目推进情况通报",
            under_title=f"{number}　{issue.regime.office.short}",
            text=overall(issue, names=False),
            caption=f"县（市、区）、开发区{what}",
            bars=bars,
            note="".join(footnotes(issue)),
        )
    )


def _unranked(issue: Issue) -> tuple[Bar, ...]:
    found = []
    for one in counties(issue.snapshot, issue.areas):
        figure = investment(project for project in issue.snapshot.projects if project.area == one.name)
        if figure.base:
            share = rounded(figure.share * 100, 1)
            found.append(Bar("", one.name, float(share), f"{share}%"))
    return tuple(found)


# ---- the ledger beside it ----------------------------------------------------------------------------

_STATE_HEADINGS = ("今年累计\n完成投资\n（亿元）", "占年计划", "开复工", "本月报送")


def bulletin_xlsx(issue: Issue, rows: Sequence[LedgerRow], city: str) -> bytes:
    """The ledger in the notice's columns, with how each project stands beside it."""
    year = issue.snapshot.year
    title = f"{city}{year}年重点项目进展台账（{issue.span}）"
    states = {one.number: _state(one) for one in issue.snapshot.projects}
    return ledger_xlsx(rows, title, year, (_STATE_HEADINGS, states))


def _state(one: ProjectStand) -> tuple[str | Decimal | None, ...]:
    share = (
        f"{rounded(Fraction(one.invested * 100, one.plan), 1)}%"
        if one.plan and one.invested is not None
        else "—"
    )
    stands = {"new": ("已开工", "未开工"), "continuing": ("已复工", "未复工")}.get(
        one.nature, ("已开工", "前期")
    )
    return (
        None if one.invested is None else Decimal(one.invested) / _YI,
        "未报" if one.invested is None else share,
        stands[0] if one.running else stands[1],
        "已报" if one.reported else "未报",
    )
