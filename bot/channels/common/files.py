"""Kept files on their way out: looked up within a platform's size, put into a form, uploaded."""

from collections.abc import Awaitable

import aiohttp

from bot.channel import ChannelError, Fetched
from bot.channels.common.platform import Store
from bot.channels.common.web import Answer


async def kept_file(store: Store, name: str, *, least: int = 1, most: int) -> Fetched:
    """The kept file of that id, of `least` to `most` bytes. Raises ChannelError, for good."""
    file = await store.file(name)
    if file is None:
        raise ChannelError("要发的文件已经不在了", permanent=True)
    if not least <= len(file.body) <= most:
        raise ChannelError(f"要发的文件是空的或超过{most // 1_048_576}MB", permanent=True)
    return file


def form_of(file: Fetched) -> aiohttp.FormData:
    """A form with the file as `media`, as 企业微信 and 钉钉 take it. It can be sent once."""
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("media", file.body, filename=file.name or "文件", content_type=file.media_type)
    return form


async def media_id_of(answer: Awaitable[Answer], what: str) -> str:
    """The `media_id` that an upload to `what` gave. Raises ChannelError.

    Its outcome is never unknown: an upload that may have arrived shows nothing to anybody.
    """
    try:
        media_id = (await answer).text("media_id")
    except ChannelError as error:
        error.unknown = False
        raise
    if not media_id:
        raise ChannelError(f"{what}没有收下文件", permanent=False)
    return media_id
