"""How a round of questions stands, in words for who asked: how many answered, what they said, who is silent."""

from bot.calendar import day_of
from bot.wording import due_words
from storage.database import Tx
from storage.directory import Directory
from storage.rounds import Round, answers

_MOST_SAID = 6
_MOST_SILENT = 15
_LONGEST = 36


def round_words(tx: Tx, directory: Directory, one: Round) -> str:
    """The round as it stands."""
    said = answers(tx, one)
    people = directory.people
    asked = [people[each.person_id] for each in one.asked if each.person_id in people]
    silent = [who for who in asked if who.id not in said]
    spoken = [who for who in asked if who.id in said]
    lines = [
        f"{one.name}：问了{len(asked)}人，已答{len(spoken)}人（{due_words(one.until, day_of(one.at))}截止）。"
    ]
    for who in spoken[:_MOST_SAID]:
        words = " ".join(said[who.id].split())
        cut = words[:_LONGEST] + ("…" if len(words) > _LONGEST else "")
        lines.append(f"{who.signed}：“{cut}”")
    if len(spoken) > _MOST_SAID:
        lines.append(f"还有{len(spoken) - _MOST_SAID}人已答。")
    if silent:
        names = "、".join(who.signed for who in silent[:_MOST_SILENT])
        more = f"等{len(silent)}人" if len(silent) > _MOST_SILENT else ""
        lines.append(f"没有答的：{names}{more}。")
    return "\n".join(lines)
