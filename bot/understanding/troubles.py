"""What a clause complains about: the category of a trouble or of a matter, by the lexicon."""

import re
from collections.abc import Iterable

from bot.acts import Category

from .lexicon import any_of, entries, lazily, lists, once

_NO_TROUBLE = lazily(
    lambda: (
        "(?:没有?|无|暂无|没啥|没什么|暂没|不存在)(?:其他|其它|别的|啥|什么|任何|需要?(?:市里|县里|省里)?协调(?:解决)?的?|大的?)*(?:问题|困难|堵点|障碍|事项|需要)|"
        + any_of(entries("troubles", "none", "phrases"))
    )
)


# 材料 that an office wants, not those to build with: 审批局说材料不够, 材料交了三回.
_PAPERS = re.compile(
    "(?:(?<=[某局委办厅])|(?<=大厅|中心|部门|窗口|支队|政府))(?P<says>(?:那边|这边|那头|的人|的同志|老)?(?:又|总|一直|还|就|都)?(?:说|嫌|讲|称|认为|以|反馈)(?:我们?|咱们?|俺们?|报的|交的|报上去的|提供的|送的|项目|的){0,3})材料"
    "|(?<![^,。;:某们的把将 ])材料(?=[^,。;]{0,4}(?:退回|打回|补正|补件|重新报|报上去|递上去|交上去|报了|交了|递了|递交|提交|受理|审核|不合要求|盖章|签字))"
)
_NO_POWER = re.compile("(?P<no>[缺没])(?=电(?:工|焊|气|梯|缆|池|机|线|杆|表)|水(?:泥|稳|准|管))")
_SNOWED_UP = re.compile("(?<=[雪冰雨雾])(?:把)?(?:路)?封(?:了|住|死)?(?:道?路)?")
_ROW = re.compile(
    "(?:手续|指标|批复|审批|报告|方案|问题|工作|资料|许可|验收|迁改|改造)?(?:、|和|与|及|以及|跟|还有)(?:其他|项目的?)?"
)

# Where several categories fit a clause, the earlier is meant.
_ORDER = (
    Category.OBSTRUCTION,
    Category.STATISTICS,
    Category.ENERGY,
    Category.ENVIRONMENT,
    Category.ACCEPTANCE,
    Category.DEMOLITION,
    Category.PLANNING,
    Category.LAND,
    Category.FUNDING,
    Category.UTILITIES,
    Category.APPROVAL,
    Category.WORKFORCE,
    Category.SUPPLY,
)


def _cleared(text: str) -> str:
    """The clause without what only looks like a trouble: 缺电工 is no 缺电, 大雪封路 no 封路."""
    if "电" in text or "水" in text:
        text = _NO_POWER.sub(r"\g<no>有", text)
    text = text.replace("没地方", "没处").replace("没地儿", "没处")
    return _SNOWED_UP.sub("大", text) if "封" in text else text


def _compiled(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile(any_of(words))


class Troubles:
    """The lexicon of categories, compiled once."""

    def __init__(self) -> None:
        told = {category: lists("troubles", category) for category in _ORDER}
        self._category_of = {
            word: category for category in reversed(_ORDER) for word in told[category]["things"]
        }
        self._things = _compiled(self._category_of)
        self._any_phrase = _compiled(phrase for words in told.values() for phrase in words["phrases"])
        self._phrases = tuple((category, _compiled(told[category]["phrases"])) for category in _ORDER)
        signs = entries("troubles", "signs")
        self._signs = {category: _compiled(told[category].get("signs", signs)) for category in _ORDER}
        self._general = frozenset(entries("troubles", "approval", "general"))
        self._general_sign = _compiled(signs)
        self._any_sign = _compiled(sign for words in told.values() for sign in words.get("signs", signs))
        self._held = _compiled(entries("troubles", "other", "first"))
        self._other = _compiled(entries("troubles", "other", "phrases"))
        self._other_things = _compiled(entries("troubles", "other", "things"))
        self._effects = _compiled(entries("troubles", "other", "effects"))
        self._causes = _compiled(entries("troubles", "other", "causes"))
        self._stuck = _compiled(entries("troubles", "stuck"))
        self._domains = [(word, category) for category in _ORDER for word in told[category].get("units", ())]
        self._named = re.compile(
            f"(?P<thing>{any_of(self._category_of)})的?(?:事|问题|那个|那件|这个|这事|那事|那块|这块|工单|堵点)"
        )

    def matters(self, text: str) -> list[Category]:
        """The categories of all things named in the text, the ruling one first."""
        return self._matters(text, self._in_phrases(text))

    def _matters(self, text: str, in_phrases: Iterable[Category]) -> list[Category]:
        seen = {self._category_of[match[0]] for match in self._things.finditer(text)}
        seen.update(in_phrases)
        return [category for category in _ORDER if category in seen]

    def _in_phrases(self, text: str) -> list[Category]:
        if not self._any_phrase.search(text):
            return []
        return [category for category, phrases in self._phrases if phrases.search(text)]

    def named_matter(self, text: str) -> list[Category]:
        """The categories of things named as such: 环评的事, 拆迁问题."""
        seen = {self._category_of[match["thing"]] for match in self._named.finditer(text)}
        return [category for category in _ORDER if category in seen]

    def trouble(self, text: str) -> Category | None:
        """The category of the trouble that the clause tells, or None if it tells none."""
        if _NO_TROUBLE.search(text):
            return None
        text = _cleared(text)
        if "材料" in text:
            text = _PAPERS.sub(r"\g<says>文书", text)
        if self._held.search(text):
            return Category.OTHER
        told = self._in_phrases(text)
        if told and told[0] is not Category.APPROVAL:
            return self._moved(text) if told[0] is Category.DEMOLITION else told[0]
        sign = self._any_sign.search(text)
        if sign and self._effects.search(text):
            sign = self._any_sign.search(self._effects.sub("", text))
        if sign:
            matters = self._matters(text, told)
            told = [category for category in matters if self._signs[category].search(text)] or told
        for category in told:
            if category is not Category.OBSTRUCTION:
                return category
        if self._other.search(text):
            return Category.OTHER
        if sign and self._general_sign.search(text) and self._other_things.search(text):
            return Category.OTHER
        return None

    def _moved(self, text: str) -> Category:
        """没搬, 没拆 is said of lines too: 机房没搬."""
        named = set(map(self._of, self._things.finditer(text)))
        lines = Category.UTILITIES in named and Category.DEMOLITION not in named
        return Category.UTILITIES if lines else Category.DEMOLITION

    def papers(self, text: str) -> bool:
        """Whether an office finds fault with the papers it was given: 审批局说材料不够."""
        found = _PAPERS.search(text) if "材料" in text else None
        return found is not None and self._general_sign.search(text, found.end()) is not None

    def beside(self, text: str, category: Category, *, listed: bool) -> list[Category]:
        """The other categories named in one row with that of the trouble: 环评、能评都没批. `listed`: as in `matters`
        under a heading, where no sign is needed."""
        if not _ROW.search(text):
            return []
        row: list[re.Match[str]] = []
        rows = [row]
        for thing in self._things.finditer(text):
            joined = row and _ROW.fullmatch(text, row[-1].end(), thing.start())
            alike = row and row[-1].end() == thing.start() and self._of(row[-1]) is self._of(thing)
            if row and not joined and not alike:
                row = []
                rows.append(row)
            if thing[0] not in self._general:
                row.append(thing)
        meant = next((row for row in rows if category in map(self._of, row)), [])
        found = [of for of in map(self._of, meant) if listed or self._signs[of].search(text)]
        if "、" in text:
            found += filter(None, map(self.trouble, text.split("、")))
        return [of for of in dict.fromkeys(found) if of is not category]

    def _of(self, thing: re.Match[str]) -> Category:
        return self._category_of[thing[0]]

    def effect(self, text: str) -> bool:
        """Whether the clause says that work can't go on, but not why: 没法施工."""
        return self._effects.search(text) is not None

    def stuck(self, text: str) -> bool:
        """Whether the clause says that something isn't done, but not what: 一直卡着不批."""
        return (
            not _NO_TROUBLE.search(text)
            and (self._stuck.search(text) or self._effects.search(text)) is not None
        )

    def open_matter(self, text: str) -> Category | None:
        """What the clause is about, though it tells no trouble: a clause after it may. Weather is `other`."""
        matters = self.matters(text)
        if matters:
            return matters[0]
        return Category.OTHER if self._causes.search(text) else None

    def of_unit(self, names: Iterable[str]) -> Category:
        """What those units are mostly asked for, where nothing else tells it."""
        for name in names:
            for word, category in self._domains:
                if word in name:
                    return category
        return Category.OTHER

    def words(self, category: Category, text: str) -> list[re.Match[str]]:
        """What in the clause says that category: the phrase, else the thing and the sign."""
        if category is Category.OTHER:
            found = [self._held.search(text) or self._other.search(text)]
            return [match for match in found if match]
        phrases = next(phrases for of, phrases in self._phrases if of is category)
        if phrase := phrases.search(text):
            return [phrase]
        things = [match for match in self._things.finditer(text) if self._category_of[match[0]] is category]
        sign = self._signs[category].search(text)
        return [*things, *([sign] if sign else [])]

    def none_told(self, text: str) -> bool:
        """Whether the clause says that there is no trouble."""
        return _NO_TROUBLE.search(text) is not None or text.strip() in ("无", "没有", "暂无")

    def only_general(self, text: str) -> bool:
        """Whether the matter of the clause is named by words that all approvals share: 批复, 手续."""
        return all(match[0] in self._general for match in self._things.finditer(text))


@once
def troubles() -> Troubles:
    """The one lexicon of categories."""
    return Troubles()
