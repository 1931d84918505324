"""The endpoint on the page works as it stands there."""

import asyncio
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.adapters_stock.stockroom import a_question
from tools.structure import ROOT
from twofifty.adapters.http.line import HttpLine
from twofifty.adapters.stock_http.endpoint import Endpoint, HttpShelf, headers
from twofifty.adapters.stock_http.shape import shape
from twofifty.errors import ShopBusy, ShopError
from twofifty.flow.stock import Level
from twofifty.testing.ports import free_port

_PYTHON = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


async def test_the_endpoint_of_the_page_is_understood(tmp_path: Path) -> None:
    (code,) = _PYTHON.findall((ROOT / "docs" / "howto" / "stock.md").read_text("utf-8"))
    (tmp_path / "shop.py").write_text(code)
    port = free_port()
    words = ("-m", "uvicorn", "shop:app", "--port", str(port), "--log-level", "warning")
    process = subprocess.Popen(  # noqa: ASYNC220 - it only starts here
        (sys.executable, *words), cwd=tmp_path, env={**os.environ, "STOCK_KEY": "s3cret"}
    )
    url, usual = f"http://127.0.0.1:{port}/stock", shape({})
    shelf = HttpShelf(Endpoint(url, headers("s3cret", ""), usual), HttpLine())
    stranger = HttpShelf(Endpoint(url, headers("guessed", ""), usual), HttpLine())
    try:
        found = await _answered(shelf)
        with pytest.raises(ShopError, match="refuses the key"):
            await stranger.ask(a_question("TEA-100"))
    finally:
        process.kill()
        process.wait()
        await shelf.close()
        await stranger.close()
    assert {identity: level.available for identity, level in found.items()} == {"1": 12, "2": 0}


async def _answered(shelf: HttpShelf) -> dict[str, Level]:
    for _ in range(200):
        try:
            return dict(await shelf.ask(a_question("TEA-100", "CUP-1", "unknown")))
        except ShopBusy:
            await asyncio.sleep(0.1)
    raise AssertionError("the endpoint never listened")
