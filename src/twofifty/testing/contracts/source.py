"""What every source adapter keeps. Subclass `SourceContract` in a test module:

class TestMyShop(SourceContract):
    source = registry.source("myshop")
    body = b'{"id": 1, ...}'          # one order as the shop's webhook or API has it, with amounts
    topic = "order.created"           # of that webhook, or ''
"""

import contextlib
from collections.abc import Mapping
from datetime import UTC, datetime

from twofifty.errors import BadInput
from twofifty.intake.ports import Hook, Source, Stated, Trust
from twofifty.intake.signature import NotSignable
from twofifty.order import wire
from twofifty.order.arithmetic import difference
from twofifty.order.events import Ignored, OrderEvent

SIGNING_KEY = "61737765616e64746865736861706b6e"
URL = "https://orders.example.com/hooks/shop"
NOW = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
STATED = Stated("shop", locale="de-AT", time_zone="Europe/Vienna")
NOT_JSON = (
    b"",
    b"{",
    b"\xff\xfe{}",
    b"\xef\xbb\xbf{}",
    b'{"id": NaN}',
    b"[1, 2",
    b'"\xc3"',
    b"id=1",
)
OUTRAGEOUS = (
    b"[" * 100_000,
    b'{"a":' * 40 + b"1" + b"}" * 40,
    b'{"id": 1, "id": 2}',
    b'{"id": 1e999}',
    b'{"id": ' + b"9" * 400 + b"}",
)


class SourceContract:
    """The promises of `intake.ports.Source`, each a test.

    `secret` is one that the platform could have made; `options` what its scheme needs; a platform
    that signs with a key that only it has says `signs = False` and proves its scheme elsewhere.
    """

    source: Source
    body: bytes
    topic: str = ""
    secret: str = SIGNING_KEY
    other_secret: str = SIGNING_KEY[::-1]
    options: Mapping[str, str] = {}
    signs: bool = True

    def hook(self, body: bytes, secret: str = "") -> Hook:
        """`body` signed with `secret`."""
        headers = self.source.signature.signed(body, secret or self.secret, url=URL, at=NOW)
        return Hook(headers, body, URL, NOW)

    def trusted(self, *secrets: str) -> Trust:
        """These live secrets, newest first."""
        return Trust(secrets, self.options)

    def events(self, body: bytes) -> tuple[OrderEvent, ...]:
        """The events in `body`, which must carry some and nothing else."""
        read = self.source.read(self.topic, body, STATED)
        assert not isinstance(read, Ignored), read.reason
        events = tuple(news for news in read if isinstance(news, OrderEvent))
        assert len(events) == len(read) > 0
        return events

    def test_a_body_signed_by_the_shop_is_believed(self) -> None:
        if self.signs:
            assert self.source.signature.verified(self.hook(self.body), self.trusted(self.secret))

    def test_any_live_secret_will_do_while_secrets_rotate(self) -> None:
        if self.signs:
            verified = self.source.signature.verified
            hook = self.hook(self.body)
            assert verified(hook, self.trusted(self.other_secret, self.secret)) is True
            assert verified(hook, self.trusted(self.secret, self.other_secret)) is True
            assert verified(hook, self.trusted(self.other_secret)) is False

    def test_a_missing_or_malformed_signature_is_no_signature(self) -> None:
        given = self.hook(self.body).headers if self.signs else {"signature": ""}
        for name, right in given.items():
            for wrong in ("", " ", "=", "é", "\x00", right[:-2], right + "0", "0" * 64):
                hook = Hook({**given, name: wrong}, self.body, URL, NOW)
                assert self.source.signature.verified(hook, self.trusted(self.secret)) is False
        unsigned = Hook({}, self.body, URL, NOW)
        assert self.source.signature.verified(unsigned, self.trusted(self.secret)) is False

    def test_without_a_secret_nothing_is_believed(self) -> None:
        hooks = [Hook({}, self.body, URL, NOW)]
        if self.signs:
            hooks.append(self.hook(self.body))
            with contextlib.suppress(NotSignable):
                headers = self.source.signature.signed(self.body, "", url=URL, at=NOW)
                hooks.append(Hook(headers, self.body, URL, NOW))
        for hook in hooks:
            assert self.source.signature.verified(hook, self.trusted()) is False
            assert self.source.signature.verified(hook, self.trusted("")) is False

    def test_an_order_is_read_into_the_canonical_form_and_survives_the_wire(self) -> None:
        for event in self.events(self.body):
            assert wire.decode(wire.encode(event.order)) == event.order

    def test_the_source_is_named_as_configured_and_gaps_are_filled_from_the_settings(self) -> None:
        for event in self.events(self.body):
            assert event.order.source == "shop"
            assert event.order.time_zone == "Europe/Vienna"
            assert event.order.locale

    def test_the_figures_of_a_sound_order_add_up(self) -> None:
        assert [difference(event.order) for event in self.events(self.body)] == [0]

    def test_reading_twice_gives_the_same(self) -> None:
        assert self.events(self.body) == self.events(self.body)

    def test_what_is_not_json_is_a_400_that_names_a_place(self) -> None:
        for body in NOT_JSON:
            assert self._refused(body) == 400, body

    def test_outrageous_json_is_a_422_that_names_a_place(self) -> None:
        for body in OUTRAGEOUS:
            assert self._refused(body) == 422, body[:40]

    def test_a_body_over_one_mebibyte_is_a_413(self) -> None:
        assert self._refused(b" " * 1_048_577) == 413

    def test_what_carries_no_order_is_ignored_with_a_reason(self) -> None:
        for body in (b"{}", b"[]", b'{"customer": {"id": 1}}'):
            read = self.source.read("", body, STATED)
            assert isinstance(read, Ignored)
            assert read.reason

    def test_a_hook_without_headers_has_no_event_id(self) -> None:
        assert self.source.event_id(Hook({}, self.body)) is None

    def _refused(self, body: bytes) -> int:
        try:
            self.source.read(self.topic, body, STATED)
        except BadInput as bad:
            refused = bad
        else:
            raise AssertionError(f"{body[:40]!r} was read")
        assert refused.problems
        assert all(problem.path and problem.message for problem in refused.problems)
        return refused.status
