"""How much work a run does."""

import os

import msgspec


class Size(msgspec.Struct, frozen=True):
    """`full`: the long forms of the goals; `quick`: a look, kept nowhere."""

    full: bool = False
    quick: bool = False
    rounds: int = 3

    def of(self, short: int, full: int | None = None) -> int:
        """How many orders, where the usual run has `short` and the full one `full`."""
        whole = full if self.full and full is not None else short
        return max(200, whole // 10) if self.quick else whole

    def turns(self) -> int:
        """How often what is compared takes its turn."""
        return 1 if self.quick else self.rounds


def beside() -> str:
    """Other sources of the product that are measured in turn with these (`BENCH_BESIDE`, a folder
    that has `twofifty` in it); empty: none."""
    return os.environ.get("BENCH_BESIDE", "")
