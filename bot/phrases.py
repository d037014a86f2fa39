"""Which characters a text must have to match a pattern.

There are many fixed phrases and each message is tried on all of them: most need a character that it doesn't have.
"""

import re
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any


def needed(pattern: "re.Pattern[str]") -> frozenset[str]:
    """Characters that every text has which matches; those that have two cases are left out."""
    return _of(parser.parse(pattern.pattern, pattern.flags))


def _of(items: Any) -> frozenset[str]:
    found: set[str] = set()
    for kind, value in items:
        if kind is op.LITERAL:
            character = chr(value)
            if character.lower() == character.upper():
                found.add(character)
        elif kind is op.SUBPATTERN:
            found |= _of(value[-1])
        elif kind is op.ATOMIC_GROUP:
            found |= _of(value)
        elif kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            least, _most, repeated = value
            if least:
                found |= _of(repeated)
        elif kind is op.BRANCH:
            found |= frozenset.intersection(*(_of(branch) for branch in value[1]))
    return frozenset(found)
