"""Files that people sent by 企业微信: by media id to the app, by an address to a bot."""

from bot.channel import ChannelError, Fetched, Media
from bot.channels.common.callback import Refused
from bot.channels.common.frame import decrypt, key_of, unpad
from bot.channels.common.platform import Ports
from bot.channels.common.web import Hosts
from bot.channels.wecom.api import NAME, AppApi


class AppFetcher:
    """Fetches by media id what people sent to the app."""

    def __init__(self, api: AppApi) -> None:
        self._api = api

    async def fetch(self, media: Media, most: int) -> Fetched:
        """The file. Raises ChannelError."""
        return await self._api.media(media.source.get("media_id", ""), most)


class BotFetcher:
    """Fetches by URL what people sent to a bot: from hosts we trust; a bot's files are encrypted."""

    def __init__(self, ports: Ports, hosts: Hosts, aes_key: str) -> None:
        self._web = ports.web
        self._hosts = hosts
        self._key = key_of(aes_key) if aes_key else b""

    async def fetch(self, media: Media, most: int) -> Fetched:
        """The file. Raises ChannelError."""
        url = media.source.get("url", "")
        if not self._hosts.allow(url):
            raise ChannelError("文件所在的主机不在信任名单里（配置项 hosts）", permanent=True)
        file = await self._web.download(url, what=NAME, most=most + 32)
        if not self._key:
            return file
        try:
            body = unpad(decrypt(self._key, file.body))
        except Refused:
            raise ChannelError("文件解不开", permanent=True) from None
        return Fetched(body, _kind_of(body), file.name)


def _kind_of(body: bytes) -> str:
    kinds = {
        b"\xff\xd8\xff": "image/jpeg",
        b"\x89PNG": "image/png",
        b"GIF8": "image/gif",
        b"%PDF": "application/pdf",
    }
    return next((kind for head, kind in kinds.items() if body.startswith(head)), "application/octet-stream")
