"""Where a parcel is, in the few words that every shop's and carrier's own come down to."""

import re
from decimal import Decimal
from typing import Final, Literal

from twofifty.order.model import Order, Parcel

Stage = Literal[
    "pending",
    "in_transit",
    "out_for_delivery",
    "ready_for_pickup",
    "delivered",
    "delayed",
    "failed",
    "returned",
    "cancelled",
]

# The first whose pattern is found in the status decides: what is over outweighs what is under way.
# That a parcel was delivered is only taken from words that say so: of a delivery speaks everybody.
_STAGES: Final[tuple[tuple[Stage, str], ...]] = (
    ("failed", r"undeliver|not.?delivered|unable.to|fail|exception|damaged|lost|attempt|error"),
    ("failed", r"deliver.*refus|refus.*deliver|unsuccess|incomplete|not.?complete"),
    ("returned", r"return"),
    ("cancelled", r"cancel|void|reject"),
    ("out_for_delivery", r"out.?for.?delivery|with.?courier|on.?vehicle"),
    ("ready_for_pickup", r"pick.?up|collect(?!ed)|parcel.?shop|locker"),
    ("delayed", r"delay|late$"),
    ("pending", r"(info|information|notification|data|order|label) ?received"),
    ("in_transit", r"(to be|being|partially|partly) ?deliver|deliver.*to.*(carrier|courier|depot)"),
    ("in_transit", r"(received|accepted) (by|at).*(carrier|courier|driver|depot|facility)"),
    ("pending", r"^not|pending|pre.?transit|ready|draft|open|creat|label|print|prepar|propos"),
    ("pending", r"reserv|purchas|process|pack(?!age)|await|unship|unfulfil|hold|^new$"),
    ("delivered", r"delivered|deliver(y|ed)?.*(complete|success)|^complete|^received|^closed"),
    ("delivered", r"accepted by"),
    ("in_transit", r""),
)
_STILL_COMING: Final = frozenset(
    {"in_transit", "out_for_delivery", "ready_for_pickup", "delayed", "failed", "delivered"}
)


def stage(parcel: Parcel) -> Stage:
    """Where the parcel is. A shop that tells no status tells of a parcel once it left."""
    said = re.sub(r"[\s_-]+", " ", (parcel.status or "").strip().lower())
    if not said:
        return "in_transit"
    return next(stage for stage, pattern in _STAGES if re.search(pattern, said))


def left(parcel: Parcel) -> bool:
    """Whether the parcel has left the shop and did not come back."""
    return stage(parcel) in _STILL_COMING


def sendable(order: Order) -> list[Parcel]:
    """The parcels that were not cancelled; of one that was, nothing is said."""
    return [parcel for parcel in order.parcels if stage(parcel) != "cancelled"]


def arrived(order: Order) -> bool:
    """Whether everything that is to be shipped has been delivered."""
    stages = {stage(parcel) for parcel in sendable(order)}
    if stages != {"delivered"}:
        return False
    if order.state.fulfillment is not None:
        return order.state.fulfillment == "fulfilled"
    return not missing(order)


def missing(order: Order) -> bool:
    """Whether a line that is shipped is not wholly in parcels, as far as the parcels say."""
    packed: dict[str, Decimal] = {}
    for parcel in sendable(order):
        if not parcel.lines:
            return False
        for held in parcel.lines:
            packed[held.line_id] = packed.get(held.line_id, Decimal(0)) + held.quantity
    shipped = [line for line in order.lines if not (line.digital or line.gift_card)]
    return any(packed.get(line.id, 0) < line.quantity for line in shipped)
