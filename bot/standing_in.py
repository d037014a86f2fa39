"""Who speaks for whom: a secretary for his leader, a colleague or the office for another. Pure.

代王建国报：342本月完成1800万        替市水务局反馈：17号已到现场
"""

import re
from datetime import date

from bot.people import Role
from bot.routing import Refusal
from storage.directory import INSPECTORATE, SECRETARY, Directory, Person

_FOR = re.compile(
    r"^\s*(?:我)?(?:代|替|帮|代表)(?P<whom>[\u4e00-\u9fff]{2,16}?)"
    r"(?:上报|报告|汇报|报送|报|反馈|回复|答复|说)一?下?[：:，,\s]\s*(?P<rest>.+)$",
    re.DOTALL,
)

_TRUSTED = (Role.OFFICE, INSPECTORATE, SECRETARY)
"""Roles that decide or speak for leaders: nobody comes by them through a colleague."""


def speaker(directory: Directory, writer: Person, text: str) -> tuple[Person, str]:
    """The person whose rights count, and the words without the “代…报：”.

    Raises Refusal where the writer may not speak for whom he names.
    """
    match = _FOR.match(text)
    if match is None:
        return _leader_of(directory, writer) or writer, text
    whom = match["whom"]
    person = directory.person_called(whom) or _of_unit(directory, whom)
    if person is None:
        return writer, text
    if not may_speak_for(directory, writer, person):
        who_may = (
            "重点办、督查室和秘书的事由本人来办"
            if _holds_more(writer, person)
            else "只有同单位的同事、其秘书和重点办可以代报"
        )
        raise Refusal(f"不能代{whom}报：{who_may}。请{whom}本人来报，或联系重点办。")
    return person, match["rest"]


def may_speak_for(directory: Directory, writer: Person, person: Person) -> bool:
    """Himself, his secretary, a colleague of the same unit (not for its leaders), the office in its area.

    Who holds one of the trusted roles is spoken for by those who hold it too.
    """
    if writer.id == person.id or person.secretary_id == writer.id:
        return True
    if _holds_more(writer, person):
        return False
    if writer.unit_id is not None and writer.unit_id == person.unit_id and person.rank == 0:
        return True
    if not writer.has("office") or writer.unit_id is None:
        return False
    area_id = directory.area_of(writer)
    return area_id is None or area_id == directory.area_of(person)


def stands_in_for(directory: Directory, writer: Person, day: date) -> list[Person]:
    """For whom he may act on that day as their substitute; what is trusted to few passes only among these."""
    return [one for one in directory.stood_in_for(writer, day) if not _holds_more(writer, one)]


def _holds_more(writer: Person, person: Person) -> bool:
    return any(person.has(role) and not writer.has(role) for role in _TRUSTED)


def _leader_of(directory: Directory, writer: Person) -> Person | None:
    """The one leader for whom a secretary writes; nobody if there are several: then he must be named."""
    if not writer.has(SECRETARY):
        return None
    leaders = [one for one in directory.people.values() if one.secretary_id == writer.id]
    return leaders[0] if len(leaders) == 1 else None


def _of_unit(directory: Directory, words: str) -> Person | None:
    """The contact of a unit named in full or by one of its aliases."""
    for unit in directory.units.values():
        if words == unit.name or words in unit.aliases:
            contacts = directory.contacts(unit.id)
            return contacts[0] if contacts else None
    return None
