"""A platform that answers every send after 50 ms. Run as a process: prints its port."""

import asyncio

from aiohttp import web

_ANSWERS_AFTER = 0.05  # seconds


async def _token(_request: web.Request) -> web.Response:
    return web.json_response({"errcode": 0, "access_token": "token", "expires_in": 7200})


async def _send(request: web.Request) -> web.Response:
    await request.read()
    await asyncio.sleep(_ANSWERS_AFTER)
    return web.json_response({"errcode": 0, "errmsg": "ok", "msgid": "m"})


async def main() -> None:
    """Serve until the process is ended."""
    app = web.Application()
    app.router.add_get("/cgi-bin/gettoken", _token)
    app.router.add_post("/cgi-bin/message/send", _send)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
