"""Pictures of mails, where a browser is there to take them."""

import asyncio
import shutil
import struct

import pytest

from twofifty.app.camera import camera, is_there

pytestmark = pytest.mark.skipif(
    not is_there() or not any(map(shutil.which, ("chromium", "chromium-browser"))),
    reason="needs Playwright and Chromium",
)

PAGE = """<style>body{margin:0;background:#fff}
@media (prefers-color-scheme:dark){body{background:#000}}</style>
<div style="height:300px"></div><script>document.body.style.height='9000px'</script>
<img src="http://127.0.0.1:9/never.png" style="display:none">"""


async def taken(*looks: tuple[int, bool]) -> list[bytes]:
    chromium = camera()
    try:
        return [await chromium.picture(PAGE, width, dark=dark) for width, dark in looks]
    finally:
        await chromium.close()


def test_a_picture_is_as_wide_as_asked_and_as_high_as_the_mail() -> None:
    wide, narrow, dark = asyncio.run(taken((640, False), (320, False), (320, True)))
    for picture, width in ((wide, 640), (narrow, 320), (dark, 320)):
        assert picture.startswith(b"\x89PNG")
        shown_width, height = struct.unpack(">II", picture[16:24])
        assert shown_width == width
        assert 300 <= height < 400
    assert dark != narrow
