"""What composing gives: a mail's bytes, and what made them."""

from typing import Final

import msgspec

from twofifty.compose.mime.body import Body

PLAIN: Final = "plain"
"""What stands for a version, and for a layout, where the plain receipt was sent."""


class Composed(msgspec.Struct, frozen=True, kw_only=True):
    """A composed mail. `parts`: its text and its HTML. `template_version` made it. `degraded`: the
    versions that should have made it and why they did not, `VERSION: FAULT; ...`, empty if none
    failed."""

    subject: str
    parts: tuple[Body, Body]
    mime: bytes
    kind: str
    layout: str
    locale: str
    template_version: str
    degraded: str = ""

    @property
    def text(self) -> str:
        """The text part."""
        return self.parts[0].text

    @property
    def html(self) -> str:
        """The HTML part."""
        return self.parts[1].text

    @property
    def template(self) -> str:
        """`VERSION/KIND.LAYOUT/LOCALE`."""
        return f"{self.template_version}/{self.kind}.{self.layout}/{self.locale}"
