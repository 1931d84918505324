"""The table of scenarios, and their load."""

import msgspec
import pytest

from twofifty.errors import SettingsError
from twofifty.testing.rehearsal.scenario import DEFAULTS, SCENARIOS, SHORT, USUAL, chosen, size_of
from twofifty.testing.rehearsal.scripts import script_of
from twofifty.testing.rehearsal.traffic import Traffic, first_orders


def test_an_unknown_scenario_names_the_nearest() -> None:
    with pytest.raises(SettingsError, match="did you mean black-friday"):
        chosen(["black-fryday"])


def test_without_names_the_usual_ones_are_played_and_all_means_all() -> None:
    assert {one.name for one in chosen([])} == set(DEFAULTS)
    assert chosen(["all"]) == SCENARIOS


def test_all_is_short_unless_something_else_is_asked_for() -> None:
    assert size_of(["all"], None, None) == SHORT
    assert size_of([], None, None) == USUAL
    assert size_of(["all"], 7, 2.0).orders == 7


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.name)
def test_a_scenario_can_be_played(scenario: object) -> None:
    one = next(each for each in SCENARIOS if each is scenario)
    assert sum(stretch.time for stretch in one.load) == pytest.approx(1.0)
    for fault in one.faults:
        assert 0 <= fault.begin < 1
        assert fault.end is None or fault.begin < fault.end <= 1
        if fault.deed == "script":
            script_of(fault.script)


def test_orders_have_recipients_of_their_own_and_come_from_each_source() -> None:
    posts = first_orders(12, ["main", "de"])
    bodies = [msgspec.json.decode(post.body) for post in posts]
    assert len({body["customer"]["email"] for body in bodies}) == 12
    assert {body["source"] for body in bodies} == {"main", "de"}
    assert {body["state"]["payment"] for body in bodies} == {"paid"}


def test_a_rush_has_more_orders_than_a_quiet_day() -> None:
    rush = next(one for one in SCENARIOS if one.name == "black-friday")
    assert Traffic(rush, USUAL, ["a"]).count > USUAL.orders
