"""What the in-memory store keeps of feedback, addresses, tasks and brakes: plain values."""

from dataclasses import dataclass, field

from twofifty.deliver.ports import BrakeState
from twofifty.notice.model import Kind
from twofifty.track.blocking import Block
from twofifty.track.judgement import Heard


@dataclass(slots=True)
class FeedbackRow:
    """A piece of news; `message`: the `seq` that it is of, None for none of ours. Not `applied`:
    the message is still being sent."""

    heard: Heard
    message: int | None
    channel: str
    address: str
    origin: str = ""
    applied: bool = False


@dataclass(slots=True)
class SuppressionRow:
    """An address that is not, or was not, written to. `lifted_by`: the person who did; `ended`:
    what else did."""

    number: int
    channel: str
    address: str
    block: Block
    lifted_at: float | None = None
    lifted_by: str = ""
    ended: str | None = None


@dataclass(slots=True)
class TaskRow:
    """Something that a person should look at."""

    number: int
    at: float
    source: str
    order_id: str
    order_number: str | None
    message_id: str
    address: str
    suggestion: str | None
    done_at: float | None = None
    how: str = ""
    actor: str = ""


@dataclass(slots=True)
class Feedbacks:
    """All that was heard. `keys`: (origin, key) of what is known; `came`: when the last batch came,
    and the bodies of all."""

    rows: list[FeedbackRow] = field(default_factory=list)
    keys: set[tuple[str, str]] = field(default_factory=set)
    bodies: list[tuple[str, float, bytes]] = field(default_factory=list)
    suppressions: list[SuppressionRow] = field(default_factory=list)
    tasks: list[TaskRow] = field(default_factory=list)

    def of(self, seq: int) -> list[FeedbackRow]:
        """All news of a message, as they came."""
        return [row for row in self.rows if row.message == seq]


@dataclass(slots=True)
class Brake:
    """How the brakes stand, and who did what: (at, action, actor, reason)."""

    state: BrakeState = field(default_factory=BrakeState)
    log: list[tuple[float, str, str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Place:
    """An address in its channel, and the message that has news of it, where there is one."""

    channel: str
    address: str
    message_id: str | None = None
    kind: Kind | None = None


def folded(address: str) -> str:
    """An address as suppressions have it: letter case does not count."""
    return address.strip().lower()
