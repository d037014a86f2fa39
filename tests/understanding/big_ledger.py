"""A ledger as large as a province's, made from the patterns of the real thirty, and its names as people type them.

The same seed gives the same ledger. Companies, villages and roads are made of syllables by chance: none is
meant to be a real one.
"""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import jieba

from bot.people import ProjectName
from bot.understanding.sounds import syllable

MOST = 1_561
COUNTIES = (
    "盐湖区", "永济市", "河津市", "临猗县", "万荣县", "稷山县", "新绛县", "闻喜县", "绛县", "垣曲县", "夏县", "平陆县", "芮城县",
)  # fmt: skip
_BRAND_1 = "华鑫恒瑞泰宏盛晋嘉凯鼎润弘隆博远荣安卓立中联天海金银正德康佳昌永新同亿科创锦丰源茂祥兴"
_BRAND_2 = "达通翔晟辉宇业睿禾航诺维腾睦昊威峰森林力邦诚信源康利泽琪菲朗博洋岭帆磊特曼澳舜尧禹峨轩"
_VILLAGE_1 = "东西南北上下大小张王李赵杨柳槐桑枣石龙凤郭薛裴陶阎冯安古新马"
_VILLAGE_2 = "庄村营坡沟堡岭河池陈杜埝里郭董阳垛寨庙井桥原头湾塬"
_ROADS = (
    "解放", "建设", "学府", "迎宾", "中银", "铺安", "库东", "姚暹", "圣惠", "人民", "河东", "黄河", "涑水", "汾河", "舜帝", "大禹", "关公",
    "司马", "后稷", "禹门", "凤凰", "龙门", "飞云", "鹳雀", "普救", "条山", "槐荫", "柳湖", "滨河", "朝阳", "永安", "府前",
)  # fmt: skip
_GOODS = (
    ("新材料", "高纯氧化镁"), ("新材料", "碳化硅微粉"), ("新材料", "聚乳酸树脂"), ("新材料", "石墨负极材料"), ("新材料", "玄武岩纤维"),
    ("新材料", "纳米碳酸钙"), ("铝业", "铝合金轮毂"), ("铝业", "铝板带箔"), ("铝业", "再生铝棒"), ("机械制造", "精密齿轮"),
    ("机械制造", "农机具"), ("机械制造", "液压油缸"), ("电机", "永磁电机"), ("电机", "特种电机"), ("科技", "锂电池隔膜"),
    ("科技", "光学镜片"), ("科技", "传感器芯片"), ("科技", "无人机"), ("化工", "水性涂料"), ("化工", "医药中间体"), ("化工", "无水硫酸钠"),
    ("药业", "中药饮片"), ("药业", "注射用粉针剂"), ("食品", "苹果浓缩汁"), ("食品", "速冻蔬菜"), ("食品", "石榴饮料"), ("农业", "双孢菇"),
    ("农业", "智能温室番茄"), ("牧业", "蛋鸡养殖"), ("牧业", "生猪屠宰"), ("建材", "机制砂石骨料"), ("建材", "装配式构件"),
    ("玻璃", "药用玻璃管"), ("玻璃", "日用玻璃器皿"), ("钢铁", "薄带铸轧"), ("钢铁", "高速线材"), ("焦化", "焦炉煤气制乙二醇"),
    ("纺织", "无纺布"), ("纺织", "针织服装"), ("包装", "纸浆模塑"), ("环保", "废旧轮胎裂解"), ("环保", "建筑垃圾资源化"),
    ("汽车部件", "制动鼓"), ("汽车部件", "新能源汽车线束"),
)  # fmt: skip
_BY_PIECE = ("电机", "汽车部件", "机械制造", "科技")
_WORKS = (
    "生产线建设项目",
    "建设项目",
    "生产项目",
    "扩建项目",
    "技改项目",
    "深加工项目",
    "产业园建设项目",
    "智能化改造项目",
)
_COMPANIES = (
    "山西{}{}有限公司",
    "运城市{}{}有限公司",
    "山西{}{}（集团）有限公司",
    "{}{}科技（山西）有限公司",
)
_OWNERS = (
    "{c}住房和城乡建设管理局",
    "{c}交通运输局",
    "{c}卫生健康和体育局",
    "{s}城市建设投资有限公司",
    "{c}水利局",
)
# A public project's name, and what people say for short. c, s: the county in full and short; v, w: villages; r: a
# road; n: a numeral; g, p: numbers of roads.
_PUBLIC = (
    ("{c}人民医院迁建项目", "{s}人民医院迁建"), ("{c}中医医院能力提升项目", "{s}中医医院能力提升"), ("{c}妇幼保健院建设项目", "{s}妇幼保健院"),
    ("{c}第{n}中学新建项目", "{s}第{n}中学"), ("{c}第{n}幼儿园建设项目", "{s}第{n}幼儿园"), ("{c}第{n}污水处理厂提标改造工程", "{s}第{n}污水处理厂"),
    ("{c}城区集中供热管网改造工程", "{s}集中供热管网"), ("{c}经开区源网荷储一体化试点项目", "{s}源网荷储"), ("山西{c}抽水蓄能电站项目", "{s}抽水蓄能"),
    ("{c}经开区标准化厂房（{n}期）建设项目", "{s}标准化厂房{n}期"), ("{c}{v}水库除险加固工程", "{v}水库除险加固"),
    ("{v}社区城中村改造项目", "{v}社区城中村"), ("{v}新村易地搬迁安置工程", "{v}新村易地搬迁"), ("{c}{v}灌区续建配套与节水改造工程", "{v}灌区节水改造"),
    ("{c}{r}路（{v}路-{w}街）道路工程", "{s}{r}路道路工程"), ("{c}{r}大街（{v}路至{w}路）雨污分流改造工程", "{s}{r}大街雨污分流"),
    ("{c}{r}公园建设项目", "{s}{r}公园"), ("国道 {g} 线{c}{v}至{w}段改线工程", "国道{g}线{v}"), ("省道 {p} 线{c}{v}段改扩建工程", "省道{p}线{v}"),
    ("{c}{v}古村落保护与旅游开发项目", "{v}古村落"), ("{c}{v}高标准农田的灌排设施建设工程", "{v}高标准农田"), ("{v}110千伏输变电工程", "{v}110千伏"),
)  # fmt: skip
# The same of an enterprise b, m and k: megawatts and megawatt-hours.
_POWER = (
    ("{b}{c}{v}{m}MW 风电项目", "{b}{v}风电"), ("{b}{c}{v}{m}MW 光伏发电项目", "{b}{v}光伏"),
    ("{c}{b}{m}MW/{k}MWh独立储能建设项目", "{b}独立储能"), ("{b}{c}{v}{m}MW农光互补的综合利用项目", "{b}{v}农光互补"),
)  # fmt: skip
SLIPS = ("homophone", "missing", "doubled", "swapped", "wrong", "dictated", "piece")


@dataclass(frozen=True, slots=True)
class Slip:
    """A name as somebody typed it, and the project meant."""

    kind: str
    typed: str
    number: int


@dataclass(frozen=True, slots=True)
class _Made:
    project: ProjectName
    short: str


@cache
def ledger(count: int = MOST, seed: int = 7) -> tuple[ProjectName, ...]:
    """So many projects: counties × enterprises × kinds. No two have the same name."""
    return tuple(made.project for made in _made(count, seed))


@cache
def slips(count: int, each: int, seed: int = 7) -> tuple[Slip, ...]:
    """`each` names with every kind of slip, half of them in full and half as people say them for short.

    The slip is never in a digit: another number is another project. What fitted two projects before the slip
    is left out, for nobody could tell.
    """
    chance = random.Random(seed)
    made = _made(count, seed)
    shorts = Counter(one.short for one in made)
    bare = [_bare("".join((one.project.name, *one.project.owners))) for one in made]
    out: list[Slip] = []
    for kind in SLIPS:
        wanted = len(out) + each
        while len(out) < wanted:
            one = chance.choice(made)
            name = one.project.name if chance.random() < 0.5 or shorts[one.short] > 1 else one.short
            typed = _piece(one.project.name, bare, chance) if kind == "piece" else _SLIP[kind](name, chance)
            if typed:
                out.append(Slip(kind, typed, one.project.number))
    return tuple(out)


@cache
def _made(count: int, seed: int) -> tuple[_Made, ...]:
    chance = random.Random(seed)
    brands = [a + b for a in _BRAND_1 for b in _BRAND_2 if a != b]
    chance.shuffle(brands)
    seen: set[str] = set()
    out: list[_Made] = []
    companies: list[tuple[str, str, str]] = []
    while len(out) < count:
        number = len(out) + 1
        county = COUNTIES[number * len(COUNTIES) // (count + 1)]
        name, owner, short = _project(county, chance, brands, companies)
        if name not in seen:
            seen.add(name)
            out.append(_Made(ProjectName(number, name, (owner,), county, county), short))
    return tuple(out)


def _project(
    county: str, chance: random.Random, brands: list[str], companies: list[tuple[str, str, str]]
) -> tuple[str, str, str]:
    """A name, its owner, and the name for short."""
    said = county if len(county) == 2 else county[:-1]
    village, other = (chance.choice(_VILLAGE_1) + chance.choice(_VILLAGE_2) for _ in range(2))
    values = {
        "c": county, "s": said, "v": village, "w": other, "r": chance.choice(_ROADS), "n": chance.choice("一二三四五六"),
        "g": chance.choice((108, 209, 342, 522)), "p": chance.randrange(201, 399),
        "m": chance.choice((50, 100, 150, 200)), "k": chance.choice((100, 200, 400)),
    }  # fmt: skip
    kind = chance.random()
    if kind < 0.45:
        here = [one for one in companies if one[0] == county]
        if here and chance.random() < 0.25:  # another line of an enterprise that is there
            _, brand, trade = chance.choice(here)
        else:
            brand, trade = brands.pop(), chance.choice(_GOODS)[0]
            companies.append((county, brand, trade))
        goods = chance.choice([goods for one, goods in _GOODS if one == trade])
        owner = chance.choice(_COMPANIES).format(brand, trade)
        amount = (
            f"年产{chance.choice((1, 2, 3, 5, 6, 8, 10, 20, 30))}万{'件' if trade in _BY_PIECE else '吨'}"
        )
        ahead = chance.choice((owner, f"{brand}{trade}", ""))
        return f"{ahead}{amount}{goods}{chance.choice(_WORKS)}", owner, f"{brand}{goods}"
    if kind < 0.62:
        brand = brands.pop()
        name, short = chance.choice(_POWER)
        return name.format(b=brand, **values), f"{said}{brand}新能源有限公司", short.format(b=brand, **values)
    name, short = chance.choice(_PUBLIC)
    return name.format(**values), chance.choice(_OWNERS).format(**values), short.format(**values)


def _bare(text: str) -> str:
    return "".join(char for char in text if char.isalnum())


def _chinese(text: str) -> list[int]:
    return [at for at, char in enumerate(text) if "一" <= char <= "鿿"]


def _homophone(name: str, chance: random.Random) -> str | None:
    at = chance.choice(_chinese(name))
    sound = syllable(name[at])
    if chance.random() < 0.3:
        sound = chance.choice(_taken_for(sound))
    others = [char for char in _by_sound().get(sound, ()) if char != name[at]]
    return name[:at] + chance.choice(others) + name[at + 1 :] if others else None


def _taken_for(sound: str) -> list[str]:
    """Syllables that people take for that one: zh for z, n for l, in for ing; itself where there is none."""
    out = []
    for a, b in (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l")):
        if sound.startswith(a):
            out.append(b + sound[len(a) :])
        elif sound.startswith(b):
            out.append(a + sound[len(b) :])
    for a, b in (("ing", "in"), ("eng", "en")):
        if sound.endswith(a):
            out.append(sound[: -len(a)] + b)
        elif sound.endswith(b):
            out.append(sound[: -len(b)] + a)
    return [one for one in out if one in _by_sound()] or [sound]


@cache
def _by_sound() -> dict[str, list[str]]:
    """The 3,755 common characters of GB 2312 by their sound."""
    out: dict[str, list[str]] = {}
    for high in range(0xB0, 0xD8):
        for low in range(0xA1, 0xFF):
            if char := bytes((high, low)).decode("gb2312", "ignore"):
                out.setdefault(syllable(char), []).append(char)
    return out


def _missing(name: str, chance: random.Random) -> str | None:
    at = chance.choice(_chinese(name))
    return name[:at] + name[at + 1 :]


def _doubled(name: str, chance: random.Random) -> str | None:
    at = chance.choice(_chinese(name))
    return name[:at] + name[at] + name[at:]


def _swapped(name: str, chance: random.Random) -> str | None:
    at = chance.choice(_chinese(name)[:-1])
    both = name[at : at + 2]
    if len(_chinese(both)) < 2 or both[0] == both[1]:
        return None
    return name[:at] + both[::-1] + name[at + 2 :]


def _wrong(name: str, chance: random.Random) -> str | None:
    at = chance.choice(_chinese(name))
    other = chance.choice(chance.choice(list(_by_sound().values())))
    return name[:at] + other + name[at + 1 :] if other != name[at] else None


def _dictated(name: str, chance: random.Random) -> str | None:
    said = "".join(char for char in name if char not in "（）- /·的")
    return said if said != name or chance.random() < 0.1 else None


def _piece(name: str, bare: Sequence[str], chance: random.Random) -> str | None:
    """A word or some, of four to eight characters, that stand in this name alone."""
    words = jieba.lcut(_bare(name))
    at = chance.randrange(len(words))
    piece = ""
    while at < len(words) and len(piece) < 4:
        piece += words[at]
        at += 1
    if len(piece) > 8 or len(_chinese(piece)) < 4 or sum(piece in other for other in bare) > 1:
        return None
    return piece


_SLIP: dict[str, Callable[[str, random.Random], str | None]] = {
    "homophone": _homophone, "missing": _missing, "doubled": _doubled, "swapped": _swapped, "wrong": _wrong,
    "dictated": _dictated,
}  # fmt: skip
