"""The throttle."""

import pytest

from twofifty.testing.moment import PROCEED, Moment, Say
from twofifty.testing.rehearsal.scripts import script_of, throttle


def at(seconds: float, recipient: str) -> Moment:
    return Moment("rcpt", session=1, seconds=seconds, recipient=recipient)


def test_a_domain_takes_so_many_in_each_stretch_and_others_are_not_meant() -> None:
    script = throttle(2, 10.0)
    answers = [script(at(1.0, f"buyer.{i}@example.com")) for i in range(3)]
    assert answers[:2] == [PROCEED, PROCEED]
    assert isinstance(answers[2], Say)
    assert answers[2].code == 451
    assert script(at(1.0, "buyer@example.org")) == PROCEED
    assert script(at(11.0, "buyer.9@example.com")) == PROCEED


def test_it_is_named_beside_all_others() -> None:
    assert script_of("throttle:1,5")(at(0.0, "a@example.com")) == PROCEED
    assert script_of("accept")(at(0.0, "a@example.com")) == PROCEED
    with pytest.raises(ValueError):
        script_of("throttel:1")
