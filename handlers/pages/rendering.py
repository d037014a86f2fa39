"""Templates filled in: one environment for all pages, everything that people wrote escaped."""

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot import wording

if TYPE_CHECKING:  # nobody may ask for a page for hours: the start does without
    from jinja2 import Environment

FOLDER = Path(__file__).resolve().parent
STATIC = {  # what pages refer to, served by these names
    "pages.css": "text/css",
    "forms.css": "text/css",
    "icon.svg": "image/svg+xml",
}


def render(template: str, values: Mapping[str, Any]) -> str:
    """The page as HTML."""
    return environment().get_template(template).render(values)


@cache
def environment() -> "Environment":
    """The one environment: an unknown name in a template is a fault, not a gap."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters |= {
        "money": wording.money,
        "number": wording.number,
        "day": lambda value: wording.day(value, value),
        "date": wording.date_words,
        "moment": wording.moment,
    }
    made.globals["static"] = static
    return made


@cache
def static(name: str) -> str:
    """The address of such a file; with another content it has another address, so browsers may keep it."""
    return f"/pages/{name}?v={sha256(static_body(name)).hexdigest()[:12]}"


@cache
def static_body(name: str) -> bytes:
    """What the file holds. KeyError for what is not served."""
    if name not in STATIC:
        raise KeyError(name)
    return (FOLDER / name).read_bytes()
