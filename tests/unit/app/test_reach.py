"""Rules and gateways out of the settings, and what is wrong with them said plainly."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from twofifty.app.gateways import callback, gateways, ways
from twofifty.app.reach import check_reach, policies, reach_checks
from twofifty.clock import SystemClock
from twofifty.errors import SettingsError
from twofifty.settings import Settings

SMS = "twilio://AC1:token-token@default?from=%2B15550100"
SECRET = "whsec_" + "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0IQ=="
RULE = {"channels": ["sms"]}


def stated(**fields: Any) -> Settings:
    return msgspec.convert(fields, Settings)


def test_without_rules_nothing_is_looked_for() -> None:
    assert policies(stated()) == ()
    assert gateways(stated()) == {}
    assert not list(reach_checks(stated()))


def test_a_rule_says_what_is_tried_and_when() -> None:
    table = {**RULE, "after_minutes": 0.5, "evidence": "delivered", "quiet_hours": ""}
    (found,) = policies(stated(sms_url=SMS, reach={"shipment": table}))
    assert found.rule.kind == "shipment"
    assert found.rule.channels == ("sms",)
    assert found.rule.after.total_seconds() == 30
    assert found.rule.evidence == "delivered"
    assert found.quiet is None
    assert found.gateways == {"sms"}


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"reach": {"confirmation": RULE}}, r"reach.confirmation.channels: sms needs SMS_URL"),
        ({"sms_url": SMS, "reach": {"confirmations": RULE}}, "did you mean confirmation"),
        ({"sms_url": SMS, "reach": {"reengagement": RULE}}, "marketing"),
        ({"sms_url": SMS, "reach": {"delay": {"channels": ["smss"]}}}, "did you mean sms"),
        (
            {"sms_url": SMS, "reach": {"delay": {"channels": ["email", "sms"]}}},
            "the mail goes first",
        ),
        ({"sms_url": SMS, "reach": {"delay": {"channels": []}}}, "name one channel or more"),
        ({"sms_url": SMS, "reach": {"delay": {"channels": ["sms", "sms"]}}}, "each once"),
        ({"sms_url": SMS, "reach": {"delay": {**RULE, "quiet_hours": "night"}}}, "21:00-08:00"),
        ({"sms_url": SMS, "reach": {"delay": {**RULE, "after_minutes": 0}}}, "everybody twice"),
        ({"sms_url": "tel:123"}, "SMS_URL must begin with one of"),
        ({"alert_url": "https://shop.example.com/"}, "ALERT_SECRET"),
        ({"push_url": SMS}, "PUSH_URL must begin with one of fcm"),
    ],
)
def test_what_is_wrong_is_named(fields: dict[str, Any], why: str) -> None:
    with pytest.raises(SettingsError, match=why) as refused:
        check_reach(stated(**fields))
    assert "token-token" not in str(refused.value)


def test_reports_come_back_where_they_can() -> None:
    fields: dict[str, Any] = {"sms_url": SMS, "public_url": "https://orders.example.com/"}
    route = gateways(stated(**fields))["sms"]
    assert callback(stated(**fields), route) == ""
    fields["providers"] = {"texts": {"kind": "Twilio", "secret": "x"}}
    assert callback(stated(**fields), route) == "https://orders.example.com/events/texts"
    del fields["public_url"]
    assert callback(stated(**fields), route) == ""


def test_doctor_says_what_is_set_and_what_is_missing() -> None:
    (found, unused) = reach_checks(stated(sms_url=SMS))
    assert (found.name, found.state) == ("reach sms", "ok")
    assert "no reports come" in found.message
    assert (unused.state, "no [reach.KIND] table" in unused.message) == ("warn", True)
    (bad,) = reach_checks(stated(sms_url="x"))
    assert bad.state == "fail"


def test_a_key_file_that_is_missing_is_found_before_anything_is_sent(tmp_path: Path) -> None:
    push = f"webpush://default?key={tmp_path}/none.pem&subject=mailto:ops@example.com"
    (bad,) = reach_checks(stated(push_url=push))
    assert bad.state == "fail"


def test_every_gateway_that_is_set_is_a_way() -> None:
    settings = stated(sms_url=SMS, alert_url="https://shop.example.com/", alert_secret=SECRET)
    found = ways(settings, {}, SystemClock())
    assert sorted(found) == ["sms", "webhook"]
    assert {way.route.copies for way in found.values()} == {0}
    assert found["webhook"].route.doubts.capability_of("") == "idempotent"
    assert found["sms"].route.doubts.capability_of("") == "events"
    assert found["sms"].route.doubts.lookup_for("") is None
