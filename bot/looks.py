"""How a city's official documents look, from its config and its regime."""

from bot.bulletin_papers import Look
from bot.config import Config
from bot.documents.official import Fonts
from bot.mechanism.model import Regime


def look_of(config: Config, regime: Regime) -> Look:
    """The look of config [papers]; what is not said there is the standard's, and the office's name."""
    papers = config.papers
    said = {name: font for name, font in papers.fonts.model_dump().items() if font}
    head = (papers.head_words or f"{regime.office.name}文件") if papers.head == "red" else ""
    return Look(config.city.name, head, papers.serial, papers.to, papers.copies, Fonts(**said))
