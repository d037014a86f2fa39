"""What is written to standard error: one line an event, tracebacks without the values that people sent."""

import logging
import sys
import traceback

import structlog


def bug(error: BaseException) -> dict[str, str]:
    """What of a bug may be logged where addresses and messages go through: its kind and its place, not its text."""
    return {"kind": type(error).__name__, "where": "".join(traceback.format_tb(error.__traceback__))}


def _without_text(record: logging.LogRecord) -> bool:
    """The web server quotes the request that it can't read, whose address may carry a signature."""
    if record.exc_info is not None and record.exc_info[0] is not None:
        record.msg, record.args = f"{record.getMessage()} ({record.exc_info[0].__name__})", None
    record.exc_info = None
    return True


def set_up(level: str) -> None:
    """Write events of that level (debug, info, warning, error) and above."""
    logging.getLogger("aiohttp.server").addFilter(_without_text)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=False),
            # The default prints the variables of each frame: names, phone numbers and whole messages.
            structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
