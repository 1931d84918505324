"""How often Python looks for garbage that refers to itself."""

import gc
from typing import Final

YOUNG: Final = 20_000
"""How many more objects there are than at the last look, before the next one at those. Python's own
700 has thousands of looks a second, each past all that the mails in flight hold."""
OLDER: Final = (50, 100)
"""After how many looks at the youngest the next older ones are looked at, and so on."""


def settle() -> None:
    """What is here by now stays until the end: it is not looked at again. Called once a process has
    started, before it works. Measured: a tenth of the processor time of a delivery process."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, *OLDER)
