"""What stops mail, kept at what the store says: whose store it is."""

from collections.abc import Callable

import msgspec

from twofifty import telemetry
from twofifty.deliver.gates import Gates
from twofifty.deliver.ports import Brakes
from twofifty.flow.looking import look_again_and_again


class Gatekeeper:
    """`gates`: as the settings say. `instance`: this installation's fingerprint, empty where no
    mail leaves the machine, so that copies may do as they like."""

    def __init__(self, brakes: Brakes, gates: Gates, instance: str) -> None:
        self._brakes = brakes
        self._instance = instance
        self.gates = gates

    async def run(self, version: Callable[[], int] | None = None) -> None:
        """Looks again and again, as `look_again_and_again` does."""
        await look_again_and_again(self.look, "brakes.unread", version)

    async def look(self) -> None:
        """A store that nobody has claimed is ours from now on; one that another installation has
        claimed is a copy."""
        if not self._instance:
            return
        owner = (await self._brakes.state()).instance
        if not owner:
            await self._brakes.claim(self._instance, "the first start")
        copied = owner if owner and owner != self._instance else ""
        if copied and not self.gates.copied:
            telemetry.log().critical(
                "this store is a copy of another installation's: mail is held; "
                "`twofifty brake claim` makes it this one's",
                action="brakes.copied",
                owner=owner,
                here=self._instance,
            )
        self.gates = msgspec.structs.replace(self.gates, copied=copied)
