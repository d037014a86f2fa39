"""What is wrong with a file, in the words of the person who gave it."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: sheet, row (from 1), column (letter and heading) where known, and the reason in Chinese."""

    reason: str
    sheet: str = ""
    row: int | None = None
    column: str = ""

    def __str__(self) -> str:
        place = "，".join(
            part
            for part in (
                f"工作表“{self.sheet}”" if self.sheet else "",
                f"第{self.row}行" if self.row else "",
                f"{self.column}列" if self.column else "",
            )
            if part
        )
        return f"{place}：{self.reason}" if place else self.reason


class DocumentError(Exception):
    """The file can't be used; `faults` are all that were found, and nothing has changed."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


def refuse(reason: str) -> DocumentError:
    """The whole file can't be used, for one reason."""
    return DocumentError([Fault(reason)])
