"""What answers a browser: an address, or a few, a file; templates beside them. A new page is one module and
one line here."""

from importlib import import_module

from bot.visiting import PageRouter

_MODULES: tuple[str, ...] = ("board", "desk", "photos", "project", "report", "sheet", "ticket")

router = PageRouter()
for _name in _MODULES:
    router.include(import_module(f"{__name__}.{_name}").router)
