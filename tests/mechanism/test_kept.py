"""Regimes kept by an earlier version of the program."""

import pytest

from bot.mechanism.kept import reread
from bot.mechanism.regime import RegimeError, load, parse


def test_what_is_kept_is_read_as_it_is() -> None:
    now = load("yuncheng-2025")
    assert reread(now.text, "yuncheng-2025") == now


def test_a_key_that_is_no_longer_known_is_left_out_and_the_hash_stays() -> None:
    text = load("yuncheng-2025").text + "\n[once]\nown = true\ndays = 3\n"
    assert reread(text, "yuncheng-2025").text == text


def test_what_came_since_is_as_it_is_shipped_and_the_rest_as_it_was() -> None:
    now = load("yuncheng-2019")
    lines = now.text.splitlines(keepends=True)
    at = next(place for place, line in enumerate(lines) if line.startswith("question_lapses_hours ="))
    older = "".join(lines[:at] + lines[at + 1 :])
    with pytest.raises(RegimeError):
        parse(older, "yuncheng-2019")
    again = reread(older, "yuncheng-2019")
    assert again.model_dump(exclude={"text"}) == now.model_dump(exclude={"text"})
    assert again.sha256 != now.sha256


def test_what_cannot_be_read_even_so_says_why() -> None:
    with pytest.raises(RegimeError, match="least_gap"):
        reread(load("yuncheng-2025").text.replace("least_gap = ", 'least_gap = "x" #', 1), "yuncheng-2025")
