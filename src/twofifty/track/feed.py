"""What tracking needs of whoever tells what became of a mail."""

from collections.abc import Mapping
from typing import Protocol

from twofifty.track.feedback import Feedback


class Feed(Protocol):
    """One provider's delivery events. Pure: no clock, no network; nothing is verified here."""

    @property
    def name(self) -> str:
        """The provider, as settings and URLs call it."""
        ...

    def read(self, body: bytes, headers: Mapping[str, str]) -> tuple[Feedback, ...]:
        """The news in a request's body, in the order in which it stands there; `headers` have
        lower-case names and may be empty. What is of no known type is `unknown`, and kept; a body
        that is the provider's and tells nothing (a test, a subscription) has none.

        The same body gives the same `event_id`s. Raises BadInput: 400 neither JSON nor a form, 413
        over 1 MiB, 422 nothing of this provider's, each with `Problem`s.
        """
        ...
