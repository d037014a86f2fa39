"""People: who they are, in which roles, on which projects, and by which accounts they are reached."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.documents import sheets, tables
from bot.documents.faults import DocumentError, Fault
from bot.documents.tables import clean

_NAMES = {"name": "姓名", "unit": "单位", "roles": "角色"}
LONGEST = {"name": 60, "address": 60, "title": 120, "unit": 120, "phone": 40}  # characters
_LONGEST_ACCOUNT = 200
_CHANNELS = ("wecom", "dingtalk", "zwdd", "feishu", "console")  # robots see the accounts of their app
_PARTS = re.compile(r"[|｜、，,；;\n]")
_PHONE = re.compile(r"^\+?[\d\- ]{7,20}$")
ROLES = (
    "联络员",
    "13710联系人",
    "重点办",
    "县重点办",
    "分管领导",
    "主要负责人",
    "县级包联领导",
    "市级包联领导",
    "市长",
    "县区长",
    "分管副市长",
    "项目法人",
    "推进组组长",
    "秘书",
    "督查室",
)
_SAME_ROLE = {
    **dict.fromkeys(("县长", "区长", "县市区长", "县级市市长", "管委会主任"), "县区长"),
    **dict.fromkeys(("法人", "法人代表", "项目法人代表", "具体责任人"), "项目法人"),
    **dict.fromkeys(("推进组长", "专班组长"), "推进组组长"),
}


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person; `roles` are those of ROLES, `projects` ledger numbers, `accounts` {channel: account}, `row` from 1."""

    name: str
    address: str
    title: str
    phone: str
    unit: str
    roles: tuple[str, ...]
    projects: tuple[int, ...]
    secretary: str
    accounts: Mapping[str, str] = field(hash=False)
    made_up: bool = False
    row: int = 0


def read_people(data: bytes, filename: str) -> tuple[PersonRow, ...]:
    """Read the people. Raises DocumentError with every fault."""
    rows, faults = read_with_faults(data, filename)
    if faults:
        raise DocumentError(faults)
    return rows


def read_with_faults(data: bytes, filename: str) -> tuple[tuple[PersonRow, ...], list[Fault]]:
    """What can be read of the people, and what is wrong. Raises DocumentError where there is no such table."""
    table = tables.find(sheets.read(data, filename), "people", ("name", "unit", "roles"), _NAMES)
    rows: list[PersonRow] = []
    faults: list[Fault] = []
    seen: dict[tuple[str, str], int] = {}
    taken: dict[tuple[str, str], int] = {}
    for number, cells in table.rows:

        def text(meaning: str, cells: tuple[sheets.Cell, ...] = cells) -> str:
            return clean(table.cell(cells, meaning))

        def parts(meaning: str, cells: tuple[sheets.Cell, ...] = cells) -> list[str]:
            said = sheets.text_of(table.cell(cells, meaning))
            return [clean(part) for part in _PARTS.split(said) if clean(part)]

        name, unit = text("name"), text("unit")
        if not name:
            faults.append(table.fault(number, "name", "没有姓名"))
        elif (name, unit) in seen:
            faults.append(table.fault(number, "name", f"与第{seen[name, unit]}行重复：{unit}{name}"))
        seen[name, unit] = number
        faults += table.too_long(number, cells, LONGEST)
        roles = [_SAME_ROLE.get(role, role) for role in parts("roles")]
        if not roles:
            faults.append(table.fault(number, "roles", f"没有角色，应是：{'、'.join(ROLES)}"))
        faults += [
            table.fault(number, "roles", f"没有“{role}”这个角色，应是：{'、'.join(ROLES)}")
            for role in roles
            if role not in ROLES
        ]
        projects = parts("projects")
        faults += [
            table.fault(number, "projects", f"“{one}”不是台账序号，多个请用顿号隔开，如 21、22")
            for one in projects
            if not one.isdecimal()
        ]
        phone = text("phone")
        if phone and not _PHONE.match(phone):
            faults.append(table.fault(number, "phone", f"不像电话号码：“{phone}”"))
        accounts = {}
        for one in parts("accounts"):
            channel, _, account = one.partition(":")
            key = (channel.strip(), account.strip())
            if key[0] == "wecom":  # callbacks write it in any case, answers in lower case
                key = (key[0], key[1].lower())
            if not all(key):
                faults.append(
                    table.fault(number, "accounts", f"账号应写成 平台:账号，如 wecom:zhangsan，这里是“{one}”")
                )
            elif key[0] not in _CHANNELS:
                wrong = f"没有“{key[0]}”这个平台，应是：{'、'.join(_CHANNELS)}"
                faults.append(table.fault(number, "accounts", wrong))
            elif len(one) > _LONGEST_ACCOUNT or len(key[0]) > 30:
                faults.append(table.fault(number, "accounts", f"账号太长，最多{_LONGEST_ACCOUNT}字"))
            elif key in taken:
                faults.append(table.fault(number, "accounts", f"账号{one}与第{taken[key]}行重复"))
            else:
                taken[key] = number
                accounts[key[0]] = key[1]
        rows.append(
            PersonRow(
                name,
                text("address"),
                text("title"),
                phone,
                unit,
                tuple(dict.fromkeys(roles)),
                tuple(int(one) for one in projects if one.isdecimal()),
                text("secretary"),
                accounts,
                "虚构" in text("note"),
                number,
            )
        )
    if not rows and not faults:
        faults.append(Fault("表头下面没有人", table.sheet))
    return tuple(rows), faults
