"""Every error that leaves a room, on one page. The class docstring is the message's first words.

TwofiftyError
├── SettingsError        a setting is unknown, missing or malformed             exit 2
├── StartError           the service cannot start: port, folder, database       exit 1
├── StoreError           the store refused
│   ├── StoreFull        the disk is full                                       503
│   └── StoreBroken      a write failed to reach the disk: the process must end
├── BadInput             what came in cannot be used: carries `Problem`s        400-422
├── ShopError            a shop's API or database did not give what it was asked for
│   ├── ShopBusy         not now: asked again later, not before `retry_after`
│   └── LogLost          the position in a change log is gone: a snapshot is needed
├── Unpublishable        what was asked of publishing cannot be done, and why
├── TemplateError        a template is none, or renders without end (compose.mustache)
├── MimeError            a mail has an address or id that no header can carry (compose.mime)
├── DkimError            a key, record or mail cannot be used for DKIM (compose.dkim)
└── NotSignable          only the platform can make this signature (intake.signature)

The last four live with what raises them, for they carry places in templates and names of fields.
"""

import msgspec


class TwofiftyError(Exception):
    """Something went wrong."""


class SettingsError(TwofiftyError):
    """A setting cannot be used."""


class StartError(TwofiftyError):
    """The service cannot start."""


class BrokerError(TwofiftyError):
    """The broker cannot do that for now."""


class StoreError(TwofiftyError):
    """The store refused."""


class StoreFull(StoreError):
    """The disk that holds the store is full."""


class StoreBroken(StoreError):
    """A write did not reach the disk. It is never retried: the process ends and is restarted."""


class ShopError(TwofiftyError):
    """The shop did not give what it was asked for, and asking again would not help."""


class ShopBusy(ShopError):
    """The shop cannot answer now. `retry_after`: seconds that it asks for, where it does."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class LogLost(ShopError):
    """The database does not have its change log from our position on any more."""


class Unpublishable(TwofiftyError):
    """What was asked of publishing cannot be done."""


class Problem(msgspec.Struct, frozen=True):
    """One bad field: `path` as in `lines[0].quantity`, `message` says how to mend it."""

    path: str
    message: str


class BadInput(TwofiftyError):
    """What came in cannot be used. `status` is the HTTP status that says so."""

    def __init__(self, status: int, title: str, problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(title)
        self.status = status
        self.title = title
        self.problems = problems


def check_credentials(setting: str, url: str) -> None:
    """Raises SettingsError where the user or password of `url` holds what ends them too soon. What
    a parser makes of such a URL shows a part of the password."""
    _, _, rest = url.partition("://")
    cut = min((at for at in map(rest.find, "/?#") if at >= 0), default=len(rest))
    host, path = rest[:cut].count("@"), rest[cut:].partition("?")[0]
    if host > 1 or "@" in path or (not host and "@" in rest[cut:]):
        raise SettingsError(
            f"{setting}: the user or password holds one of / ? # @; percent-encode it (/ is %2F, ? "
            "is %3F, # is %23, @ is %40)"
        )
