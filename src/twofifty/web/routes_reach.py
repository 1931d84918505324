"""The API's operations on addresses, tasks and brakes, and on what the world says of a message."""

from twofifty.track.feedback import Feedback
from twofifty.track.model import Listing, Suppression, TaskView
from twofifty.web import feedback
from twofifty.web.api import brakes, suppressions, tasks
from twofifty.web.api.brakes import Brake, Pull
from twofifty.web.api.suppressions import (
    Imported,
    Lifted,
    LiftQuery,
    Suppress,
    SuppressionsQuery,
)
from twofifty.web.api.tasks import Finish, Finished, TasksQuery
from twofifty.web.operation import Operation, Said

_WRITTEN = (400, 408, 413, 415, 422, 503)
_SUPPRESSIONS = "/v1/suppressions"

FEEDBACK = (
    Operation(
        "POST", "/events/{provider}", "postFeedback", "Take a mail provider's events in",
        feedback.taken, "events", auth="signature",
        takes=Said("the events as the provider sends them, alone or in a batch", dict),
        says={200: Said("on disk, or known already", feedback.Heard)},
        errors=(400, 401, 404, 408, 413, 415, 422, 503),
        detail="Authenticated as the provider does it. What is told again changes nothing.",
    ),
)  # fmt: skip

HEARD = (
    Operation(
        "GET", "/v1/messages/{id}/feedback", "listFeedback", "What the world says of a message",
        tasks.feedback, "messages",
        says={200: Said("as it came; `next` is always null", Listing[Feedback])}, errors=(404,),
        detail="News of servers and providers after it left; `text` is strangers' words.",
    ),
)  # fmt: skip

REACH = (
    Operation(
        "GET", _SUPPRESSIONS, "listSuppressions", "Addresses that are not written to",
        suppressions.listing, "addresses", query=SuppressionsQuery,
        says={200: Said("those in force, the newest first", Listing[Suppression])},
    ),
    Operation(
        "POST", _SUPPRESSIONS, "suppress", "Write to an address no more", suppressions.add,
        "addresses", takes=Said("which, and what it blocks", Suppress),
        says={200: Said("what is in force for the address", Listing[Suppression])},
        errors=_WRITTEN, detail="`all`: every mail; `service`: all but receipts; `marketing`.",
    ),
    Operation(
        "DELETE", _SUPPRESSIONS, "lift", "Write to an address again", suppressions.lift,
        "addresses", query=LiftQuery, says={200: Said("done", Lifted)}, errors=(503,),
    ),
    Operation(
        "GET", _SUPPRESSIONS + "/export", "exportSuppressions", "All of them, as a file",
        suppressions.export, "addresses",
        says={200: Said("CSV with a head; it can be imported again", None, "text/csv")},
    ),
    Operation(
        "POST", _SUPPRESSIONS + "/import", "importSuppressions", "Take a file of addresses in",
        suppressions.take_in, "addresses",
        takes=Said("CSV or JSON: ours, or a mail provider's export", None, "text/csv"),
        says={200: Said("how many lines could be used", Imported)}, errors=(408, 413, 415, 503),
        detail="Up to 1 MiB; what is larger goes in by `twofifty suppressions import`.",
    ),
    Operation(
        "GET", "/v1/tasks", "listTasks", "What a person should look at", tasks.listing, "tasks",
        query=TasksQuery, says={200: Said("open ones, the newest first", Listing[TaskView])},
    ),
    Operation(
        "POST", "/v1/tasks/{id}/done", "finishTask", "Close a task", tasks.done, "tasks",
        takes=Said("empty, or what was done", Finish),
        says={200: Said("closed", Finished)}, errors=(404, *_WRITTEN),
        detail="Sending the message to another address closes it too.",
    ),
    Operation(
        "GET", "/v1/brakes", "getBrakes", "Whether mail leaves", brakes.state, "brakes",
        says={200: Said("as it stands", Brake)},
    ),
    Operation(
        "POST", "/v1/brakes", "setBrakes", "Stop all mail, or let it go on", brakes.pull,
        "brakes", takes=Said("which", Pull), says={200: Said("as it stands now", Brake)},
        errors=_WRITTEN, detail="What a server is taking just now is finished.",
    ),
)  # fmt: skip
