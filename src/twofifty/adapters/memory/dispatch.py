"""A broker's relay and its takers in memory: what is published, what is claimed."""

from collections.abc import Callable, Sequence

from twofifty.adapters.memory.outbox import MemoryOutbox
from twofifty.adapters.memory.rows import JobRow, Rows
from twofifty.clock import Clock
from twofifty.deliver.ports import Leased
from twofifty.queue.carrier import REST_AT_MOST, Ticket


class MemoryDispatch:
    """`queue.carrier.Dispatch` in memory."""

    def __init__(self, rows: Rows, outbox: MemoryOutbox, clock: Clock) -> None:
        self._rows = rows
        self._outbox = outbox
        self._clock = clock

    async def due(self, limit: int, until: float) -> Sequence[Ticket]:
        """See `queue.carrier.Dispatch`."""
        if self._rows.brake.state.stopped:
            return []
        now = self._clock.seconds()
        self._forget(lambda job: _on_its_way(job, now))
        waiting = [job for job in self._free() if job.run_at <= now and not job.crashes]
        due = [job for job in waiting if job.published_until is None][:limit]
        for job in due:
            job.published_until = until
        return [Ticket(job.message.seq, int(_is_urgent(job))) for job in due]

    async def missed(self, jobs: Sequence[int], until: float) -> None:
        """See `queue.carrier.Dispatch`."""
        for job in self._free():
            if job.message.seq in jobs and job.published_until is not None:
                job.published_until = until

    async def lost(self, until: float, urgent: bool) -> int:
        """See `queue.carrier.Dispatch`."""
        return self._forget(lambda job: _on_its_way(job, until) and _is_urgent(job) == urgent)

    async def next_due(self) -> float | None:
        """See `queue.carrier.Dispatch`."""
        if self._rows.brake.state.stopped:
            return None
        free = self._free()
        fresh = [job.run_at for job in free if job.published_until is None and not job.crashes]
        lapse = [job.published_until for job in free if job.published_until is not None]
        return min([*fresh, *lapse], default=None)

    async def overlooked(self, since: float) -> bool:
        """See `queue.carrier.Dispatch`."""
        now = self._clock.seconds()
        return not self._rows.brake.state.stopped and any(
            (job.run_at <= since and _is_behind(job, now)) or (job.crashes and job.run_at <= now)
            for job in self._free()
        )

    async def claim(self, owner: str, jobs: Sequence[int], until: float) -> Sequence[Leased]:
        """See `queue.carrier.Dispatch`."""
        self._rows.workers[owner] = until
        now, stopped = self._clock.seconds(), self._rows.brake.state.stopped
        handed = [job for job in self._free() if job.message.seq in jobs]
        for job in handed:
            job.published_until = None
        due = [job for job in handed if job.run_at <= now and not job.crashes]
        return self._outbox.take(owner, [] if stopped else due)

    def _free(self) -> list[JobRow]:
        free = [job for job in self._rows.jobs.values() if job.owner is None]
        return sorted(free, key=lambda job: job.run_at)

    def _forget(self, which: Callable[[JobRow], bool]) -> int:
        found = [job for job in self._free() if which(job)]
        for job in found:
            job.published_until = None
        return len(found)


def _on_its_way(job: JobRow, until: float) -> bool:
    """Whether it is, until then at most."""
    return job.published_until is not None and job.published_until <= until


def _is_behind(job: JobRow, now: float) -> bool:
    return job.published_until is None or job.published_until <= now + REST_AT_MOST


def _is_urgent(job: JobRow) -> bool:
    return job.message.kind == "confirmation"
