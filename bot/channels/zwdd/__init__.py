"""专有钉钉 and 浙政钉, out only. README.md says what is verified and what is not."""

from bot.channels.common.platform import Platform, Ports
from bot.channels.zwdd.send import WorkNotifications
from bot.config import Channels


def open_platform(config: Channels, ports: Ports) -> Platform:
    """What the table zwdd opens."""
    if config.zwdd is None:
        return Platform()
    return Platform(channels=(WorkNotifications(config.zwdd, ports),))
