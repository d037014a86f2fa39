"""A city's own holidays file: days over the State Council's notice, and years that it completes.

# 2027年国务院办公厅通知
[2027]
off = ["2027-01-01", "2027-02-06"]
work = ["2027-02-14"]
"""

from datetime import date
from pathlib import Path

from bot.calendar import Calendar
from bot.config import ConfigError
from bot.unreadable import Unreadable, read_toml


def load(path: Path | None) -> Calendar:
    """The calendar with that file over it. Raises ConfigError with every fault."""
    if path is None:
        return Calendar()
    try:
        tables = read_toml(path)
    except FileNotFoundError:
        raise ConfigError([f"{path}：没有这个节假日文件"]) from None
    except Unreadable as error:
        raise ConfigError([f"{path}：{error}"]) from None
    faults: list[str] = []
    days: dict[date, bool] = {}
    for year, lists in tables.items():
        if not year.isdigit() or not isinstance(lists, dict) or set(lists) - {"off", "work"}:
            faults.append(f"{path}：[{year}] 应是年份，下有 off（放假）和 work（调休上班）")
            continue
        for key, worked in (("off", False), ("work", True)):
            for value in lists.get(key, []):
                try:
                    one = date.fromisoformat(str(value))
                except ValueError:
                    faults.append(f"{path}：[{year}] {key} 里的 {value} 不是日期（如 {year}-10-01）")
                    continue
                if str(one.year) != year:
                    faults.append(f"{path}：[{year}] {key} 里的 {value} 不在这一年")
                elif one in days:
                    faults.append(f"{path}：{value} 写了两次")
                days[one] = worked
    if faults:
        raise ConfigError(faults)
    return Calendar(days, frozenset(int(year) for year in tables))
