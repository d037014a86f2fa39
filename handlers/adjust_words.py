"""The words by which the office enters a project: name, county, sums, kind, field, reason, in any order. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from storage.adjusting import NewProject

_UNITS = {"亿": 100_000_000, "万": 10_000}
_SUM = r"(?:为|是|约)?[：:\s]*(?P<value>\d+(?:\.\d+)?)\s*(?P<unit>亿|万)元?"
_TOTAL = re.compile(rf"总?投资(?:总?额|规模)?{_SUM}")
_PLAN = re.compile(rf"(?:\d{{4}}年|今年|当年|本年)?(?:年度?)?计划(?:完成)?(?:投资)?{_SUM}")
_REASON = re.compile(r"(?:原因|理由)(?:是|为)?[：:，,\s]*(?P<why>.+)$", re.DOTALL)
_PARTS = re.compile(r"[，,；;。\n]+")
_KINDS = {"前期": "preliminary", "新建": "new", "续建": "continuing"}
_FIELDS = {"产业": "industry", "基础设施": "infrastructure", "社会民生": "livelihood", "民生": "livelihood"}
_TIERS = {"省重点": "province", "市重点": "city", "县重点": "county"}
_OWNER = re.compile(r"^(?:项目|建设|业主)?单位(?:是|为)?[：:\s]*(?P<owners>.+)$")
_CITY = ("市直", "市本级")
_LEAST, _LONGEST_NAME = 4, 300  # characters


@dataclass(frozen=True, slots=True)
class Said:
    """A project to enter, and why; `missing` are the parts that were not said."""

    new: NewProject
    why: str
    missing: tuple[str, ...] = ()


def read_new(words: str, areas: Sequence[str]) -> Said:
    """What the words say of the project; the first part that says nothing else is its name."""
    reason = _REASON.search(words)
    why = reason["why"].strip(" 。") if reason else ""
    parts = [part.strip() for part in _PARTS.split(words[: reason.start()] if reason else words)]
    found: dict[str, str] = {}
    owners: tuple[str, ...] = ()
    total = plan = None
    for part in parts:
        if not part:
            continue
        if match := _PLAN.fullmatch(part):
            plan = _yuan(match)
        elif match := _TOTAL.fullmatch(part):
            total = _yuan(match)
        elif match := _OWNER.match(part):
            owners = tuple(re.split("、|和", match["owners"]))
        elif part in areas or part in _CITY:
            found["group"] = part if part in areas else "市直"
        elif kind := _KINDS.get(part.removesuffix("项目")):
            found["build_kind"] = kind
        elif field := _FIELDS.get(part.removesuffix("项目").removesuffix("类")):
            found["field"] = field
        elif tier := _TIERS.get(part.removesuffix("项目")):
            found["tier"] = tier
        else:
            found.setdefault("name", part.removeprefix("名称").strip("：: “”"))
    name = found.get("name", "")[:_LONGEST_NAME]
    missing = [
        what
        for what, given in (
            ("项目名称", len(name) >= _LEAST),
            ("县（市、区）或市直", "group" in found),
            ("总投资", total is not None),
            ("年计划", plan is not None),
            ("原因", len(why) >= 2),
        )
        if not given
    ]
    new = NewProject(
        name,
        found.get("group", ""),
        total or 0,
        plan or 0,
        found.get("build_kind", ""),
        found.get("field", ""),
        found.get("tier", ""),
        owners,
    )
    return Said(new, why, tuple(missing))


def _yuan(match: re.Match[str]) -> int:
    return round(float(match["value"]) * _UNITS[match["unit"]])
