"""What every reader of delivery events keeps. Subclass `FeedContract` in a test module:

class TestMyProvider(FeedContract):
    provider = "myprovider"
    body = b'{"event": "delivered", ...}'     # one event as the provider sends it
"""

import contextlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, get_args

import msgspec

from twofifty.adapters import feeds
from twofifty.errors import BadInput
from twofifty.flow.feeds import Reporter
from twofifty.intake.ports import Hook, Trust
from twofifty.track.feedback import Feedback, FeedbackType

NOW = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
URL = "https://orders.example.com/events/provider"
NEITHER_JSON_NOR_FORM = (
    b"",
    b"{",
    b"\xff\xfe{}",
    b'{"event": NaN}',
    b"[1, 2",
    b'"\xc3"',
    b"--x\r\n",
)
NOT_THE_PROVIDERS = (b"null", b"5", b'"event"', b"{}", b"[1, null]", b'[{"order": 1}]', b"order=1")
OUTRAGEOUS = (
    b"[" * 100_000,
    b'{"a":' * 40 + b"1" + b"}" * 40,
    b'{"event": 1, "event": 2}',
    b'{"event": 1e999}',
    b'{"event": ' + b"9" * 400 + b"}",
)
JUNK: tuple[Any, ...] = (
    *(None, "", "x", "\x00\r\n", 0, -1, 10**25, 1.5, True, [], {}, [[]], [None], ["x", 1]),
    *({"a": {"b": []}}, "é" * 999, "0000-00-00", "2026-02-30T25:00:00Z", "<<@>"),
    *([{"emailAddress": None}, 7], "999", "m_", "{", '{"Type": 1}', ["{}"]),
)


class FeedContract:
    """The promises of `flow.feeds.Reporter`, each a test.

    `secret` is one that the provider could have made; a provider whose proof is not over the whole
    body says `covers_body = False`; one that does not prove itself by headers overrides `hook`.
    """

    provider: str
    body: bytes
    secret: str = "shop:61737765616e64746865736861706b6e"  # noqa: S105 - a sample
    other_secret: str = "shop:6e6b7061687365687464"  # noqa: S105 - a sample
    options: Mapping[str, str] = {}
    covers_body: bool = True

    @property
    def reporter(self) -> Reporter:
        """The adapter, as the registry gives it."""
        return feeds.reporter(self.provider)

    def hook(self, body: bytes, secret: str = "") -> Hook:
        """A request with `body` as the provider makes it, with `secret`."""
        signature = self.reporter.signature
        return Hook(signature.signed(body, secret or self.secret, url=URL, at=NOW), body, URL, NOW)

    def believed(self, hook: Hook, *secrets: str) -> bool:
        """Whether `hook` proves itself with these live secrets."""
        said = self.reporter.signature.verified(hook, Trust(secrets, self.options))
        return said is True

    def read(self, body: bytes) -> tuple[Feedback, ...]:
        """The news in `body`, each of which must be sound."""
        news = self.reporter.read(body, {})
        for each in news:
            assert each.type in get_args(FeedbackType)
            assert each.event_id
            assert len(each.text) <= 500
            assert (each.bounce is not None) == (each.type == "bounced")
            assert msgspec.json.decode(msgspec.json.encode(each), type=Feedback) == each
        return news

    def test_a_request_of_the_provider_is_believed(self) -> None:
        assert self.believed(self.hook(self.body), self.secret)

    def test_any_live_secret_will_do_while_secrets_rotate(self) -> None:
        hook = self.hook(self.body)
        assert self.believed(hook, self.other_secret, self.secret)
        assert self.believed(hook, self.secret, self.other_secret)

    def test_a_wrong_secret_or_none_is_refused(self) -> None:
        hook = self.hook(self.body)
        assert not self.believed(hook, self.other_secret)
        assert not self.believed(hook)
        assert not self.believed(hook, "")

    def test_without_any_of_its_headers_nothing_is_believed(self) -> None:
        hook = self.hook(self.body)
        for name in hook.headers:
            left = {other: value for other, value in hook.headers.items() if other != name}
            assert not self.believed(Hook(left, hook.body, URL, NOW), self.secret)
            empty = {**hook.headers, name: " "}
            assert not self.believed(Hook(empty, hook.body, URL, NOW), self.secret)

    def test_a_body_alone_is_not_believed(self) -> None:
        assert not self.believed(Hook({}, self.body, URL, NOW), self.secret)

    def test_a_flipped_byte_of_the_proof_is_refused(self) -> None:
        hook = self.hook(self.body)
        for name, value in hook.headers.items():
            for place in range(len(value)):
                headers = {**hook.headers, name: _flipped(value, place)}
                assert not self.believed(Hook(headers, hook.body, URL, NOW), self.secret)

    def test_a_flipped_byte_of_a_signed_body_is_refused(self) -> None:
        hook = self.hook(self.body)
        for place in range(0, len(hook.body) if self.covers_body else 0, 7):
            body = bytes([*hook.body[:place], hook.body[place] ^ 1, *hook.body[place + 1 :]])
            assert not self.believed(Hook(hook.headers, body, URL, NOW), self.secret)

    def test_the_same_body_gives_the_same_news_under_the_same_ids(self) -> None:
        assert self.read(self.body) == self.read(self.body) != ()

    def test_a_batch_has_an_id_for_each_piece_of_news(self) -> None:
        other = self.body.replace(b"@example.com", b"@example.net")
        news = self.read(b"[" + self.body + b"," + other + b"]")
        assert len({each.event_id for each in news}) == len(news) > 1

    def test_one_bad_entry_never_loses_the_others(self) -> None:
        alone = self.read(self.body)
        for bad in (b"null", b"7", b"{}", b'"x"', b"[]", b'{"event": {"a": []}}'):
            news = self.read(b"[" + bad + b"," + self.body + b"," + bad + b"]")
            assert [each for each in news if each.type != "unknown"] == list(alone)

    def test_a_batch_without_entries_tells_nothing(self) -> None:
        assert self.read(b"[]") == ()

    def test_what_is_neither_json_nor_a_form_is_a_400_that_names_a_place(self) -> None:
        for body in NEITHER_JSON_NOR_FORM:
            assert self._refused(body) == 400, body

    def test_what_is_not_the_providers_is_a_422_that_names_a_place(self) -> None:
        for body in NOT_THE_PROVIDERS:
            assert self._refused(body) == 422, body

    def test_outrageous_json_is_a_422_that_names_a_place(self) -> None:
        for body in OUTRAGEOUS:
            assert self._refused(body) == 422, body[:40]

    def test_a_body_over_one_mebibyte_is_a_413(self) -> None:
        assert self._refused(b" " * 1_048_577) == 413

    def test_whatever_stands_in_a_field_never_raises_anything_else(self) -> None:
        for body in _damaged(json.loads(self.body)):
            with contextlib.suppress(BadInput):
                self.read(body)

    def _refused(self, body: bytes) -> int:
        try:
            self.reporter.read(body, {})
        except BadInput as bad:
            refused = bad
        else:
            raise AssertionError(f"{body[:40]!r} was read")
        assert refused.problems
        assert all(problem.path and problem.message for problem in refused.problems)
        return refused.status


def _flipped(text: str, place: int) -> str:
    other = "0" if text[place] != "0" else "1"
    return text[:place] + other + text[place + 1 :]


def _damaged(document: Any) -> Iterator[bytes]:
    """The document with junk in the place of each of its values, one at a time."""
    for holder, key in list(_places(document)):
        right = holder[key]
        for junk in JUNK:
            holder[key] = junk
            yield json.dumps(document).encode()
        holder[key] = right


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    keys = list(value) if isinstance(value, dict) else range(len(value))
    for key in keys:
        yield value, key
        if isinstance(value[key], dict | list):
            yield from _places(value[key])
