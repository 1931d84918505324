"""How many connections may be at work at once: a limit that the server can lower."""

_GROWTH = 10


class Slots:
    """Each `crowded` lowers the limit by one; it rises by one again, up to where it began, each
    time ten messages a slot went well."""

    def __init__(self, limit: int) -> None:
        self._most = limit
        self._limit = limit
        self._taken = 0
        self._worked = 0

    @property
    def limit(self) -> int:
        """How many may be taken at once at present."""
        return self._limit

    @property
    def taken(self) -> int:
        """How many are taken."""
        return self._taken

    @property
    def free(self) -> bool:
        """Whether one more may be taken."""
        return self._taken < self._limit

    @property
    def too_many(self) -> bool:
        """Whether more are taken than may be, since the limit fell."""
        return self._taken > self._limit

    def take(self) -> None:
        """Takes one. Each `take` needs one `give`."""
        self._taken += 1

    def give(self) -> None:
        """Gives one back."""
        self._taken -= 1

    def crowded(self) -> None:
        """The server would not have one more connection."""
        self._limit = max(1, self._limit - 1)
        self._worked = 0

    def worked(self) -> bool:
        """A message went well. Whether the limit rose."""
        if self._limit == self._most:
            return False
        self._worked += 1
        if self._worked < self._limit * _GROWTH:
            return False
        self._worked = 0
        self._limit += 1
        return True
