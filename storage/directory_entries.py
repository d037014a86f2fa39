"""What the directory holds: units, people, projects, groups, and what somebody may see. Values, frozen."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.people import Rank, Role
from bot.wording import short_name

# Duties of responsibility, and roles beside those of bot.people.Role.
LIAISON, CITY_SPONSOR, COUNTY_SPONSOR = "liaison", "city_sponsor", "county_sponsor"
DIRECT, PUSH_HEAD, FIELD_LEADER = "direct", "push_head", "field_leader"
SECRETARY, INSPECTORATE, AREA_HEAD = "secretary", "inspectorate", "area_head"
_OF_THE_PROJECT = frozenset({DIRECT, PUSH_HEAD})  # its own people, no leaders


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the directory. `area_id`: the county it belongs to, none for the city's own."""

    id: int
    name: str
    level: str
    area_id: int | None
    above_id: int | None
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, with the accounts by which he is reached: {channel: account}."""

    id: int
    name: str
    address: str
    title: str
    phone: str
    unit_id: int | None
    unit: str
    rank: Rank
    roles: tuple[str, ...]
    secretary_id: int | None
    accounts: Mapping[str, str] = field(hash=False, compare=False)

    @property
    def called(self) -> str:
        """How he is addressed: 李市长, else his name."""
        return self.address or self.name

    @property
    def signed(self) -> str:
        """How he stands in a record: unit and name."""
        return f"{self.unit}{self.name}"

    @property
    def role(self) -> Role:
        """The role in which understanding reads him; a secretary writes for his leader."""
        for role in self.roles:
            if role in set(Role):
                return Role(role)
        return Role.LEADER if set(self.roles) - _OF_THE_PROJECT else Role.LIAISON

    def has(self, role: str) -> bool:
        """Whether he holds that role, be it not his first."""
        return role in self.roles

    @property
    def has_left(self) -> bool:
        """Whether he holds no post and belongs to no unit any more (storage/posts.py)."""
        return not self.roles and self.unit_id is None


@dataclass(frozen=True, slots=True)
class Project:
    """A project with its entry in the ledger of the year; sums in 元.

    `gone`: it stands in no ledger of this year any more; its tickets go on, lists and reports leave it out,
    and its number is that of its last ledger.
    """

    id: int
    number: int
    name: str
    nicknames: tuple[str, ...]
    former_names: tuple[str, ...]
    owners: tuple[str, ...]
    place: str
    area_id: int | None
    area: str
    build_kind: str
    field: str
    tier: str
    start_month: str | None
    finish_month: str | None
    total_investment: int
    annual_plan: int
    liaisons: tuple[int, ...]
    city_sponsors: tuple[int, ...]
    county_sponsors: tuple[int, ...]
    gone: bool = False
    left: bool = False  # it stood in this year's ledger
    # Further duties: who has them.
    others: Mapping[str, tuple[int, ...]] = dataclasses.field(default_factory=dict, hash=False)

    @property
    def answering(self) -> tuple[int, ...]:
        """All who answer for the project by name: liaisons, leaders, its own people."""
        named = self.liaisons + self.city_sponsors + self.county_sponsors
        return named + tuple(one for people in self.others.values() for one in people)

    @property
    def short(self) -> str:
        """What the project is called in a chat: its own name, however many other ways of saying it are known."""
        return short_name(self.name)


@dataclass(frozen=True, slots=True)
class Group:
    """A chat group: its scope, when it gets its summary, and how far that names."""

    id: int
    channel: str
    key: str
    name: str
    area_id: int | None
    summary_time: str
    naming: str
    since: datetime | None = None  # none: always


@dataclass(frozen=True, slots=True)
class Area:
    """A county or zone, in the official order."""

    id: int
    name: str
    position: int


@dataclass(frozen=True, slots=True)
class Scope:
    """What somebody may see (docs/permissions.md): everything, else these projects and these units' work."""

    everything: bool
    project_ids: frozenset[int] = frozenset()
    unit_ids: frozenset[int] = frozenset()
