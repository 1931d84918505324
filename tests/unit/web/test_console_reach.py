"""The console's pages about addresses, tasks and the brake."""

import asyncio
from datetime import timedelta

import httpx2
import msgspec
import pytest

from tests.unit.web.conftest import Stage
from tests.unit.web.shop import Shop
from tests.unit.web.test_console import message_in, token_in
from tests.unit.web.test_hostile import EVIL, Page
from twofifty.notice.model import Status
from twofifty.track.feedback import Feedback
from twofifty.track.model import Silence
from twofifty.web.app import web_app
from twofifty.web.console.heard import engaged, together

SAID = "Suppressions", "Tasks", "Stop all mail"


def restaged(stage: Stage, shop: Shop) -> None:
    stage.app = web_app(shop.services())


def suppressed(shop: Shop, *addresses: str, **fields: str) -> None:
    found = [shop.cared.suppression(address, **fields) for address in addresses]
    asyncio.run(shop.cared.store.suppressions.add(found))


def post(console: httpx2.Client, path: str, **fields: str) -> httpx2.Response:
    token = token_in(console.get("/").text)
    return console.post(path, data={"csrf": token, **fields})


# ── the overview ──


def test_where_all_is_well_there_is_no_alarm_and_a_way_to_stop(console: httpx2.Client) -> None:
    page = console.get("/").text
    assert 'class="alarm ' not in page
    assert 'href="/console/brake">Stop all mail' in page


def test_a_stopped_service_says_so_first(console: httpx2.Client, shop: Shop) -> None:
    asyncio.run(shop.cared.store.brakes.stop("key:ci", "wrong <b>prices"))
    page = console.get("/").text
    assert page.index("All mail is stopped") < page.index("Everything is accounted for")
    assert "wrong &lt;b&gt;prices" in page
    assert "Stop all mail<" not in page


def test_a_copy_says_whose_it_is(console: httpx2.Client, shop: Shop, stage: Stage) -> None:
    asyncio.run(shop.cared.store.brakes.claim("the-shop", "test"))
    shop.cared.instance = "staging"
    restaged(stage, shop)
    page = console.get("/").text
    assert "This store is a copy" in page
    assert "the-shop" in page
    shop.cared.instance = "the-shop"
    restaged(stage, shop)
    assert "This store is a copy" not in console.get("/").text


def test_silence_is_an_alarm_only_where_news_can_come(
    console: httpx2.Client, shop: Shop, stage: Stage
) -> None:
    shop.cared.news.silent = Silence(1_000)
    assert "Nothing is heard" not in console.get("/").text
    shop.cared.silence_after = 1_000
    restaged(stage, shop)
    assert "Nothing is heard" in console.get("/").text
    shop.cared.news.silent = Silence(999)
    assert "Nothing is heard" not in console.get("/").text


def test_what_was_given_up_is_an_alarm_for_a_week(console: httpx2.Client, shop: Shop) -> None:
    identity = message_in(shop, "failed")
    view, raw = shop.mails[identity]
    now = shop.clock.now()
    for age, alarm in ((timedelta(days=8), False), (timedelta(days=6), True)):
        old = msgspec.structs.replace(view, code="given_up", updated_at=now - age)
        shop.mails[identity] = (old, raw)
        assert ("Mail was given up" in console.get("/").text) is alarm


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("in_doubt", "left"),
        ("in_doubt", "given_up"),
        ("in_doubt", "poison"),
        ("in_doubt", "internal_error"),
        ("in_doubt", "copied_store"),
        ("in_doubt", "not_allowed"),
        ("held", "internal_error"),
        ("held", "poison"),
        ("held", "recipient_cap"),
    ],
)
def test_what_waits_for_a_person_is_an_alarm_with_a_number_and_a_link(
    status: Status, code: str, console: httpx2.Client, shop: Shop
) -> None:
    link = f'href="/console/messages?status={status}&amp;code={code}"'
    assert link not in console.get("/").text
    identity = message_in(shop, status)
    view, raw = shop.mails[identity]
    now = shop.clock.now()
    stuck = msgspec.structs.replace(view, code=code, updated_at=now, next_attempt_at=None)
    shop.mails[identity] = (stuck, raw)
    page = console.get("/").text
    assert link in page
    assert "1 message " in page
    assert identity in console.get(f"/console/messages?status={status}&code={code}").text


def test_a_doubt_that_is_looked_at_again_by_itself_is_no_alarm(
    console: httpx2.Client, shop: Shop
) -> None:
    identity = message_in(shop, "in_doubt")
    view, raw = shop.mails[identity]
    now = shop.clock.now()
    again = msgspec.structs.replace(
        view, code="internal_error", updated_at=now, next_attempt_at=now
    )
    shop.mails[identity] = (again, raw)
    assert "could not be processed" not in console.get("/").text


def test_a_doubt_is_an_alarm_for_a_week_and_what_is_held_until_somebody_says(
    console: httpx2.Client, shop: Shop
) -> None:
    now = shop.clock.now()
    for status, code in (("in_doubt", "left"), ("held", "poison")):
        identity = message_in(shop, status)
        view, raw = shop.mails[identity]
        old = msgspec.structs.replace(
            view, code=code, updated_at=now - timedelta(days=8), next_attempt_at=None
        )
        shop.mails[identity] = (old, raw)
    page = console.get("/").text
    assert "Doubts wait for a person" not in page
    assert "Messages ended workers" in page


def test_open_tasks_are_counted_on_the_overview(console: httpx2.Client, shop: Shop) -> None:
    shop.cared.task("m_0001", "a@example.com")
    assert "1 address did not work" in console.get("/").text
    shop.cared.task("m_0002", "b@example.com")
    assert "2 addresses did not work" in console.get("/").text


# ── the brake ──


def test_stopping_takes_a_second_step_and_keeps_the_reason(
    console: httpx2.Client, shop: Shop
) -> None:
    brakes = shop.cared.store.brakes
    page = console.get("/console/brake")
    assert 'for="reason"' in page.text
    assert not asyncio.run(brakes.state()).stopped
    answer = post(console, "/console/brake/stop", reason="  wrong prices ")
    assert answer.status_code == 303
    state = asyncio.run(brakes.state())
    assert (state.stopped, state.reason, state.actor) == (True, "wrong prices", "console:ci")
    landed = console.get(answer.headers["location"]).text
    assert "wrong prices" in landed
    assert 'action="/console/brake/go"' in landed
    assert post(console, "/console/brake/go").status_code == 303
    assert not asyncio.run(brakes.state()).stopped


# ── suppressions ──


def test_an_address_is_found_with_why_since_and_until(console: httpx2.Client, shop: Shop) -> None:
    until = shop.clock.now() + timedelta(days=30, hours=1)
    found = shop.cared.suppression("ada@example.com", text="550 5.1.1 gone", until=until)
    asyncio.run(shop.cared.store.suppressions.add([found]))
    suppressed(shop, "kim@example.com", cause="complaint", scope="service")
    page = console.get("/console/suppressions?address=ADA@example.com").text
    assert "550 5.1.1 gone" in page
    assert "Hard bounce" in page
    assert "3 h ago" in page
    assert "in 30 days" in page
    assert "kim@example.com" not in page
    assert "It is written to" in console.get("/console/suppressions?address=x@example.com").text


def test_a_person_suppresses_and_lifts(console: httpx2.Client, shop: Shop) -> None:
    fields = {"address": " ada@example.com ", "scope": "marketing", "reason": "asked"}
    answer = post(console, "/console/suppressions", **fields)
    assert answer.status_code == 303
    landed = console.get(answer.headers["location"]).text
    assert "ada@example.com" in landed
    assert "by console:ci" in landed
    lifted = post(console, "/console/suppressions/lift", address="ada@example.com", scope="all")
    assert "was not on the list" in console.get(lifted.headers["location"]).text
    lifted = post(
        console, "/console/suppressions/lift", address="ada@example.com", scope="marketing"
    )
    assert "is written to again" in console.get(lifted.headers["location"]).text
    assert "Every address is written to" in console.get("/console/suppressions").text


def test_what_can_be_no_address_is_explained_in_place(console: httpx2.Client) -> None:
    answer = post(console, "/console/suppressions", address="nobody", scope="all")
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_the_list_is_saved_as_a_file(console: httpx2.Client, shop: Shop) -> None:
    suppressed(shop, "a@example.com", "b@example.com")
    answer = console.get("/console/suppressions/export")
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.text.splitlines()[0].startswith("address,scope,cause")
    assert len(answer.text.splitlines()) == 3


# ── tasks ──


def test_a_task_is_settled_with_one_click(console: httpx2.Client, shop: Shop) -> None:
    identity = message_in(shop, "bounced")
    shop.cared.task(identity, "ada@gmial.com", "ada@gmail.com")
    page = console.get("/console/tasks").text
    assert "Did they mean <b>ada@gmail.com</b>?" in page
    assert 'value="ada@gmail.com"' in page
    action = f"/console/messages/{identity}/resend"
    assert f'action="{action}"' in page
    answer = post(console, action, to="ada@gmail.com")
    assert answer.status_code == 303
    assert "ada@gmail.com" in console.get(answer.headers["location"]).text


def test_a_task_without_a_guess_asks_for_the_address(console: httpx2.Client, shop: Shop) -> None:
    task_id = shop.cared.task("m_0001", "ada@shop.example.com")
    page = console.get("/console/tasks").text
    assert "Did they mean" not in page
    assert post(console, f"/console/tasks/{task_id}/done").status_code == 303
    assert "Nothing to do." in console.get("/console/tasks").text
    assert post(console, f"/console/tasks/{task_id}/done").status_code == 404


# ── a message ──


def test_what_the_world_said_stands_in_the_history(console: httpx2.Client, shop: Shop) -> None:
    identity = message_in(shop, "sent")
    at = shop.clock.now()
    shop.cared.news.kept[identity] = [
        Feedback(type="deferred", recipient="x", at=at, code=451, text="4.7.1 come back"),
        Feedback(type="opened", recipient="x", at=at, machine=True),
    ]
    page = console.get(f"/console/messages/{identity}?tab=history").text
    assert "4.7.1 come back" in page
    assert "or a machine looked" in page
    assert ', <span class="muted">or a machine</span>' in page


def test_a_persons_look_counts_before_a_machines(shop: Shop) -> None:
    view = msgspec.structs.replace(shop.mails["m_0001"][0], engagement={"opened": shop.clock.now()})
    news = [
        Feedback(type="opened", recipient="x", machine=True),
        Feedback(type="clicked", recipient="x", machine=True),
    ]
    assert [(one.what, one.machine) for one in engaged(view, news)] == [
        ("opened", False),
        ("clicked", True),
    ]


def test_news_that_moved_the_message_is_told_once(shop: Shop) -> None:
    (first, *rest) = shop.histories["m_0001"]
    moved = msgspec.structs.replace(first, cause="bounced", text="no such user")
    news = [Feedback(type="bounced", recipient="x", text="no such user")]
    assert together((moved, *rest), news) == (moved, *rest)
    other = [Feedback(type="bounced", recipient="x", text="over quota")]
    assert len(together((moved, *rest), other)) == len(rest) + 2


def test_a_held_mail_is_shown_as_it_would_be(console: httpx2.Client, shop: Shop) -> None:
    identity = message_in(shop, "held")
    view, _ = shop.mails[identity]
    shop.mails[identity] = (msgspec.structs.replace(view, code="copied_store"), None)
    listed = console.get("/console/messages?status=held&code=copied_store").text
    assert "Would have been sent" in listed
    assert identity in listed
    assert "A preview, made just now" in console.get(f"/console/messages/{identity}").text
    framed = console.get(f"/console/messages/{identity}/html")
    assert framed.status_code == 200
    assert str(view.order_number) in framed.text
    assert console.get(f"/console/messages/{identity}/raw").status_code == 404


def test_messages_are_filtered_by_channel(console: httpx2.Client) -> None:
    assert "Nothing matches" in console.get("/console/messages?channel=sms").text
    page = console.get("/console/messages?channel=email").text
    assert '<option value="email" selected>' in page


def test_a_short_message_is_not_shown_as_a_mail(console: httpx2.Client, shop: Shop) -> None:
    identity = message_in(shop, "sent")
    view, _ = shop.mails[identity]
    text = b'{"id":"m_1","text":"Shop: <b>it</b> is on its way"}'
    shop.mails[identity] = (msgspec.structs.replace(view, channel="sms"), text)
    here = f"/console/messages/{identity}"
    page = console.get(here).text
    assert "Shop: &lt;b&gt;it&lt;/b&gt; is on its way" in page
    assert "This mail has no HTML part" not in page
    assert "Download .eml" not in console.get(f"{here}?tab=raw").text
    assert "&#34;m_1&#34;" in console.get(f"{here}?tab=raw").text
    assert console.get(f"{here}/raw").headers["content-type"] == "application/json"
    assert console.get(f"{here}/html").status_code == 404
    for odd in (b"\xff", b"[1]", b"\xed\xa0\x80"):
        shop.mails[identity] = (msgspec.structs.replace(view, channel="sms"), odd)
        assert console.get(f"{here}?tab=raw").status_code == 200


# ── strangers' words ──


def test_hostile_diagnostics_stay_text(console: httpx2.Client, shop: Shop) -> None:
    identity = message_in(shop, "bounced")
    view, raw = shop.mails[identity]
    shop.mails[identity] = (msgspec.structs.replace(view, reason=EVIL, route=EVIL), raw)
    shop.cared.task(identity, EVIL, EVIL)
    found = shop.cared.suppression(EVIL, text=EVIL, cause=EVIL, actor=EVIL, channel=EVIL)
    asyncio.run(shop.cared.store.suppressions.add([found]))
    asyncio.run(shop.cared.store.brakes.stop(EVIL, EVIL))
    shop.cared.news.kept[identity] = [
        Feedback(type="bounced", recipient=EVIL, at=shop.clock.now(), text=EVIL, enhanced=EVIL)
    ]
    paths = ("/", "/console/tasks", "/console/suppressions", "/console/brake")
    for path in (*paths, f"/console/messages/{identity}?tab=history"):
        answer = console.get(path)
        page = Page()
        page.feed(answer.text)
        assert answer.status_code == 200
        assert page.faults == [], path
        assert "alert(1)" in "".join(page.texts) or path == "/", path
        assert "55433" not in answer.text


# ── without any of it ──


@pytest.mark.parametrize("path", ["/console/tasks", "/console/suppressions", "/console/brake"])
def test_a_face_without_a_store_of_it_shows_nothing_of_it(
    path: str, console: httpx2.Client, shop: Shop, stage: Stage
) -> None:
    stage.app = web_app(shop.services(care=None))
    assert console.get(path).status_code == 404
    page = console.get("/").text
    assert not any(word in page for word in SAID)
    assert console.get("/console/messages/m_0001").status_code == 200
