"""Whether anything is heard at all of the mail that leaves: a way back that is broken looks just
like mail that always arrives."""

import asyncio
from typing import Final

from twofifty import telemetry
from twofifty.errors import StoreError
from twofifty.track.model import Silence
from twofifty.track.ports import Reports

EVERY_SECONDS: Final = 60.0


def alarm(silence: Silence, after: int) -> str | None:
    """What is wrong, in a sentence; None: nothing. `after`: how many may be sent in silence; 0:
    any number."""
    if not after or silence.sent < after:
        return None
    since = f" since {silence.since:%Y-%m-%d %H:%M} UTC" if silence.since else ""
    last = f"the last came {silence.last:%Y-%m-%d %H:%M} UTC" if silence.last else "none ever came"
    return f"{silence.sent} mails were sent{since} and no report came of any; {last}"


class SilenceWatch:
    """Looks once a minute, and keeps what it saw last for whoever shows it."""

    def __init__(self, reports: Reports, after: int) -> None:
        self._reports = reports
        self._after = after
        self.newest: Silence | None = None
        self.wrong: str | None = None

    async def run(self) -> None:
        """Until cancelled; a store that refuses is asked in a minute again."""
        while True:
            try:
                await self.look()
            except StoreError as fault:
                telemetry.log().warning(
                    "the store could not be asked for the last report",
                    action="feedback.uncounted",
                    fault=repr(fault),
                )
            await asyncio.sleep(EVERY_SECONDS)

    async def look(self) -> str | None:
        """What is wrong now; said when it begins and when it ends. Raises StoreError."""
        silence = await self._reports.silence()
        before, self.wrong = self.wrong, alarm(silence, self._after)
        self.newest = silence
        telemetry.UNHEARD.set(silence.sent)
        telemetry.SILENT.set(self.wrong is not None)
        if self.wrong and not before:
            telemetry.log().error(
                "nothing is heard of the mail that leaves",
                action="feedback.silent",
                sent=silence.sent,
                reason=self.wrong,
            )
        elif before and not self.wrong:
            telemetry.log().info("reports come in again", action="feedback.heard")
        return self.wrong
