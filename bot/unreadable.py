"""Files that people write: read, or why not, in the words of who gave them."""

import errno
import re
import tomllib
from pathlib import Path
from typing import Any

NOT_UTF8 = "不是 UTF-8 编码，请用记事本另存为 UTF-8"

_REASONS = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.ENOTDIR: "路径里有一段不是文件夹",
    errno.EISDIR: "这是文件夹，不是文件",
    errno.EEXIST: "已有同名的文件",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "所在的磁盘只能读",
    errno.ENOSPC: "磁盘满了",
    errno.ENAMETOOLONG: "名字太长",
    errno.EMFILE: "打开的文件太多",
}
_DATABASE = {
    "readonly database": "没有权限写这个库，或它所在的文件夹",
    "unable to open database file": "库文件打不开，或没有权限写它所在的文件夹",
    "malformed": "库文件损坏，请换回备份",
    "not a database": "库文件损坏，或不是数据库",
    "database is locked": "正被别的程序占着",
    "disk is full": "磁盘满了",
    "Connection refused": "那个地址、端口上没有数据库在运行",
    "password authentication failed": "账号或口令不对",
    "does not exist": "没有这个账号或这个库",
    "could not translate host name": "主机名不对，或解析不了",
    "failed to resolve host": "主机名不对，或解析不了",
    "timeout expired": "连接超时，检查地址和防火墙",
}
_LINE = re.compile(r"at line (\d+)")


class Unreadable(Exception):
    """A file can't be read; its text is the reason, in Chinese."""


def read_toml(file: Path) -> dict[str, Any]:
    """What the TOML file holds. Raises FileNotFoundError, Unreadable."""
    try:
        # Windows' notepad puts a mark before the text.
        text = file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise
    except OSError as error:
        raise Unreadable(f"读不出来（{reason_of(error)}）") from None
    except UnicodeDecodeError:
        raise Unreadable(NOT_UTF8) from None
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line, reason = toml_fault(error, text)
        raise Unreadable(f"第{line}行，{reason}") from None


def reason_of(error: OSError) -> str:
    """What the system says, in Chinese as far as it is known here."""
    return _REASONS.get(error.errno or 0, error.strerror or str(error))


def database_reason(error: Exception) -> str:
    """What the database says, in Chinese as far as it is known here, else its first line."""
    said = str(getattr(error, "orig", None) or error).strip()
    known = next((words for sign, words in _DATABASE.items() if sign in said), None)
    return known or (said.splitlines() or [type(error).__name__])[0]


def toml_fault(error: tomllib.TOMLDecodeError, text: str) -> tuple[int, str]:
    """In which line a TOML text is broken, and how."""
    at = _LINE.search(str(error))
    line = int(at[1]) if at else max(1, len(text.splitlines()))
    if any(word in str(error) for word in ("overwrite", "twice", "namespace")):
        return line, "同一个名称写了两次，请并成一处"
    return (
        line,
        "写法不对：看看这一行和上一行是否少了引号、逗号、方括号，或用了中文的引号、逗号；名称是中文的要加引号",
    )
