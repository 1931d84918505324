"""The camera that previews and replays use, where one is installed."""

import importlib
import importlib.util
import os
from types import ModuleType
from typing import Protocol

from twofifty.errors import Unpublishable
from twofifty.flow.preview import Camera

_MISSING = (
    "pictures need Chromium and Playwright: install the system's chromium and"
    " `pip install playwright`, or write an .html file and open it"
)


class Closing(Camera, Protocol):
    """A camera that is put away after use."""

    async def close(self) -> None:
        """Ends what it began."""
        ...


def is_there() -> bool:
    """Whether pictures can be taken here."""
    return importlib.util.find_spec("playwright") is not None


def camera() -> Closing:
    """The camera. Raises Unpublishable, which says what to install."""
    if not is_there():
        raise Unpublishable(_MISSING)
    module: ModuleType = importlib.import_module("twofifty.adapters.chromium.camera")
    made: Closing = module.Chromium(sandboxed=os.geteuid() != 0)
    return made
