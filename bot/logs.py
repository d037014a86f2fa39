"""What is written to standard error: one line an event, tracebacks without the values that people sent."""

import logging
import sys

import structlog


def set_up(level: str) -> None:
    """Write events of that level (debug, info, warning, error) and above."""
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
