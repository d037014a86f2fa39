"""What was found, and which platforms are looked at."""

from dataclasses import dataclass, field

import typer

from bot.channels.common.platform import Finding
from bot.config import Channels

_MARKS = {"good": "　好", "hint": "注意", "fault": "　错"}
SLOWEST = 8.0  # seconds for a look at an address

# What no setting of ours can change: told, so that nobody waits for it.
_NEVER = {
    "wecom": "自建应用收不到群里的消息（平台不推送），只能一对一；要在群里报，另开智能机器人 channels.wecom_bot",
    "wecom_bot": "群里只有 @机器人 的消息会推来；单独一张照片、语音、文件只能私聊发，群里请图文写在一条里并 @机器人",
    "wecom_robot": "群机器人回调里只有 @机器人 的消息；公有云多数没有回调，只能往群里发",
    "dingtalk": "群里只有 @机器人 的消息会推来；语音、视频、文件只能私聊发",
    "zwdd": "只能发，收不到任何消息（没有核实过的接收方式）；不能发群",
    "feishu": "群里只有 @机器人 的消息会推来（除非另开“接收群聊中所有消息”的权限）；语音、单独的图片请私聊发",
}


@dataclass
class Checkup:
    """The findings, printed as they come."""

    findings: list[Finding] = field(default_factory=list)

    def title(self, words: str) -> None:
        """What the next findings are about."""
        typer.echo(f"\n{words}")

    def add(self, finding: Finding) -> None:
        """Print it and count it."""
        self.findings.append(finding)
        todo = f"\n　　　→ {finding.todo}" if finding.todo else ""
        typer.echo(f"{_MARKS[finding.level]}　{finding.what}{todo}")

    def good(self, what: str) -> None:
        """This is as it must be."""
        self.add(Finding("good", what))

    def hint(self, what: str, todo: str = "") -> None:
        """Somebody should look at this."""
        self.add(Finding("hint", what, todo))

    def fault(self, what: str, todo: str) -> None:
        """This is wrong."""
        self.add(Finding("fault", what, todo))

    @property
    def faults(self) -> int:
        """How many faults there are."""
        return sum(1 for one in self.findings if one.level == "fault")


def enabled(channels: Channels) -> list[str]:
    """The tables of platforms that are switched on."""
    from bot.platforms import FOLDERS

    names = [name for tables in FOLDERS.values() for name in tables]
    return [name for name in names if (table := getattr(channels, name)) is not None and table.enabled]
