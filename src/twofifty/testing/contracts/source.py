"""What every source adapter keeps. Subclass `SourceContract` in a test module:

class TestMyShop(SourceContract):
    source = MyShop()
    header = "x-my-signature"
    body = b'{"id": 1, ...}'          # one order as the shop sends it, with amounts

    def signed(self, body, secret): ...   # the header's value as the shop makes it
"""

from collections.abc import Mapping

from twofifty.errors import BadInput
from twofifty.intake.ports import Hook, Source, Stated
from twofifty.order import wire
from twofifty.order.arithmetic import difference
from twofifty.order.events import Ignored, OrderEvent

SIGNING_KEY = "as the shop and we know it"
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
    """The promises of `intake.ports.Source`, each a test."""

    source: Source
    header: str
    body: bytes

    def signed(self, body: bytes, secret: str) -> str:
        """The signature as the shop makes it."""
        raise NotImplementedError

    def hook(self, body: bytes, headers: Mapping[str, str] | None = None) -> Hook:
        """`body` signed with SIGNING_KEY."""
        return Hook({self.header: self.signed(body, SIGNING_KEY), **(headers or {})}, body)

    def events(self, body: bytes) -> tuple[OrderEvent, ...]:
        """The events in `body`, which must carry some."""
        read = self.source.read(self.hook(body), STATED)
        assert not isinstance(read, Ignored), read.reason
        return read

    def test_a_body_signed_by_the_shop_is_believed(self) -> None:
        assert self.source.verified(self.hook(self.body), (SIGNING_KEY,))

    def test_any_live_secret_will_do_while_secrets_rotate(self) -> None:
        assert self.source.verified(self.hook(self.body), ("the-new-one", SIGNING_KEY))
        assert self.source.verified(self.hook(self.body), (SIGNING_KEY, "the-old-one"))

    def test_a_changed_body_is_not_believed(self) -> None:
        given = self.hook(self.body).headers
        for changed in (self.body + b" ", self.body[:-1], self.body.replace(b"1", b"2"), b""):
            assert not self.source.verified(Hook(given, changed), (SIGNING_KEY,))

    def test_a_missing_or_malformed_signature_is_no_signature(self) -> None:
        right = self.signed(self.body, SIGNING_KEY)
        for wrong in ("", " ", "=", "é", "\x00", right[:-2], right.swapcase(), right * 2, "0" * 64):
            assert not self.source.verified(Hook({self.header: wrong}, self.body), (SIGNING_KEY,))
        assert not self.source.verified(Hook({}, self.body), (SIGNING_KEY,))

    def test_without_a_secret_nothing_is_believed(self) -> None:
        unsigned = Hook({self.header: self.signed(self.body, "")}, self.body)
        assert not self.source.verified(unsigned, ())
        assert not self.source.verified(unsigned, ("",))

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
            read = self.source.read(self.hook(body), STATED)
            assert isinstance(read, Ignored)
            assert read.reason

    def test_a_hook_without_headers_has_no_event_id_and_no_topic(self) -> None:
        assert self.source.event_id(Hook({}, self.body)) is None
        assert self.source.topic(Hook({}, self.body)) == ""

    def _refused(self, body: bytes) -> int:
        try:
            self.source.read(self.hook(body), STATED)
        except BadInput as bad:
            refused = bad
        else:
            raise AssertionError(f"{body[:40]!r} was read")
        assert refused.problems
        assert all(problem.path and problem.message for problem in refused.problems)
        return refused.status
