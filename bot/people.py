"""Who people are: roles, ranks, and what of them the other packages need to know. Values only."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Role(StrEnum):
    """The role in which somebody writes, as understanding knows it."""

    LIAISON = "liaison"  # 项目联络员
    CONTACT = "contact"  # 承办单位联系人
    OFFICE = "office"  # 重点办, 专班办公室
    LEADER = "leader"  # 领导


class Rank(IntEnum):
    """How high the reader stands; decides the tone and who may be written to."""

    STAFF = 0  # liaison, contact, office
    DEPUTY_HEAD = 1  # 分管领导 of a unit
    HEAD = 2  # 主要负责人 of a unit
    COUNTY_LEADER = 3  # 县级包联领导
    CITY_LEADER = 4  # 市级包联领导, 分管副市长
    MAYOR = 5  # 市政府主要领导


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the directory; `aliases` are the names that people use."""

    name: str
    level: str  # city | county | enterprise
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProjectName:
    """What understanding knows of a project: number in the ledger and the words that name it."""

    number: int
    name: str
    owners: tuple[str, ...] = ()  # 项目单位
    place: str = ""  # 建设地点
    area: str = ""  # group in the ledger: 市直, a county
    nicknames: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sender:
    """What understanding knows of who wrote."""

    role: Role
    unit: str = ""
    projects: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class TicketTitle:
    """A ticket that the sender can see."""

    number: int
    project: int
    category: str
    title: str
