"""What is logged quotes nothing that came from outside."""

import logging

import pytest

from bot import logs


def test_a_request_that_the_server_cannot_read_is_not_quoted(caplog: pytest.LogCaptureFixture) -> None:
    logs.set_up("info")
    server = logging.getLogger("aiohttp.server")
    try:
        raise ValueError("/wecom/callback?msg_signature=SECRET")
    except ValueError as error:
        server.error("Error handling request from %s", "10.0.0.1", exc_info=error)
    assert "SECRET" not in caplog.text
    assert "Error handling request from 10.0.0.1 (ValueError)" in caplog.text


def test_of_a_bug_kind_and_place_are_told() -> None:
    try:
        int("13912345678x")
    except ValueError as error:
        told = logs.bug(error)
    assert told["kind"] == "ValueError" and "test_logs.py" in told["where"]
    assert "13912345678" not in told["where"].replace('int("13912345678x")', "")
