"""Power cuts without a plug: a file system that keeps on disk only what was synced.

disk.py      what is remembered and what has reached the disk; knows nothing of FUSE
__main__.py  the disk as a file system, a process of its own (needs `mfusepy` and `fuse3`)
switch.py    for tests: on, cut, on again
"""

from twofifty.testing.powercut.switch import PowerCutDisk, unavailable

__all__ = ["PowerCutDisk", "unavailable"]
