"""Addresses, tasks, brakes and feedback by API."""

import asyncio

import httpx2
import msgspec
import pytest

from tests.unit.web.conftest import Stage
from tests.unit.web.shop import Shop
from tests.unit.web.test_console import message_in
from tests.unit.web.test_openapi import DOCUMENT, faults
from twofifty.track.feedback import Feedback
from twofifty.web.app import web_app

ADA = "ada@example.com"


def listed(api: httpx2.Client, **params: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = api.get("/v1/suppressions", params=params).json()["items"]
    return found


def plain(found: list[dict[str, str]]) -> list[list[tuple[str, str]]]:
    return sorted(sorted({"channel": "email", **one}.items()) for one in found)


def test_an_address_is_suppressed_found_and_lifted(api: httpx2.Client) -> None:
    body = {"address": "Ada@Example.com", "scope": "marketing", "reason": "asked by phone"}
    answer = api.post("/v1/suppressions", json=body)
    assert answer.status_code == 200
    assert faults(answer.json(), DOCUMENT["components"]["schemas"]["Listing_Suppression_"]) == []
    (one,) = listed(api, address="ADA@example.com")
    assert (one["address"], one["scope"], one["cause"]) == (ADA, "marketing", "by_hand")
    assert (one["text"], one["actor"]) == ("asked by phone", "key:ci")
    lifted = api.delete("/v1/suppressions", params={"address": ADA})
    assert lifted.json() == {"lifted": 1}
    assert api.delete("/v1/suppressions", params={"address": ADA}).json() == {"lifted": 0}
    assert listed(api) == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"address": "nobody"}', 422),
        (b'{"address": "ada@example.com", "scope": "some"}', 422),
        (b'{"address": "ada@example.com", "other": 1}', 422),
        (b"{}", 422),
        (b"{", 400),
        (b'{"address": "+12"}', 422),
    ],
)
def test_what_can_be_no_suppression_is_a_problem(
    body: bytes, status: int, api: httpx2.Client
) -> None:
    answer = api.post("/v1/suppressions", content=body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert listed(api) == []


def test_nothing_is_lifted_without_an_address(api: httpx2.Client) -> None:
    api.post("/v1/suppressions", json={"address": ADA})
    assert api.delete("/v1/suppressions").status_code == 400
    assert len(listed(api)) == 1


def test_the_list_is_paged_and_its_export_imports_again(api: httpx2.Client) -> None:
    for number in range(7):
        api.post("/v1/suppressions", json={"address": f"c{number}@example.com", "reason": "=1+1"})
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = api.get("/v1/suppressions", params={"limit": "3", "before": cursor}).json()
        seen += [one["address"] for one in page["items"]]
        cursor = page["next"]
    assert seen == [f"c{number}@example.com" for number in reversed(range(7))]
    before = listed(api)
    written = api.get("/v1/suppressions/export")
    assert written.headers["content-type"].startswith("text/csv")
    headers = {"content-type": "text/csv"}
    taken = api.post("/v1/suppressions/import", content=written.content, headers=headers)
    assert taken.json() == {"taken": 7, "new": 0, "bad": 0, "problems": []}
    assert plain(listed(api)) == plain(before)


def test_an_import_names_the_lines_that_it_could_not_use(api: httpx2.Client) -> None:
    answer = api.post(
        "/v1/suppressions/import", content=b"email,reason\na@example.com,bounce\nx,\n"
    )
    assert answer.status_code == 200
    said = answer.json()
    assert (said["taken"], said["new"], said["bad"]) == (1, 1, 1)
    assert said["problems"][0]["path"] == "line 3"
    assert "write the whole address" in said["problems"][0]["message"]


def test_a_task_is_closed_once(api: httpx2.Client, shop: Shop) -> None:
    task_id = shop.cared.task("m_0001", "ada@gmial.com", "ada@gmail.com")
    (task,) = api.get("/v1/tasks").json()["items"]
    assert (task["address"], task["suggestion"]) == ("ada@gmial.com", "ada@gmail.com")
    done = api.post(f"/v1/tasks/{task_id}/done", json={"how": "called them"})
    assert done.json() == {"id": task_id, "how": "called them"}
    assert api.get("/v1/tasks").json()["items"] == []
    assert api.post(f"/v1/tasks/{task_id}/done").status_code == 404


def test_the_brake_stops_and_lets_go_with_who_and_why(api: httpx2.Client) -> None:
    assert api.get("/v1/brakes").json() == {"stopped": False, "copied": False}
    stopped = api.post("/v1/brakes", json={"stopped": True, "reason": "wrong prices"}).json()
    assert stopped["stopped"] is True
    assert (stopped["actor"], stopped["reason"]) == ("key:ci", "wrong prices")
    assert "since" in stopped
    assert api.get("/v1/brakes").json() == stopped
    assert api.post("/v1/brakes", json={"stopped": False}).json()["stopped"] is False
    assert api.post("/v1/brakes").status_code == 422


def test_a_copied_store_says_so(api: httpx2.Client, shop: Shop, stage: Stage) -> None:
    asyncio.run(shop.cared.store.brakes.claim("the-shop", "test"))
    shop.cared.instance = "staging"
    stage.app = web_app(shop.services())
    assert api.get("/v1/brakes").json()["copied"] is True


def test_feedback_is_listed_as_it_came(api: httpx2.Client, shop: Shop) -> None:
    shop.cared.news.kept["m_0001"] = [
        Feedback(type="bounced", recipient=ADA, bounce="hard", code=550, text="<b>no"),
        Feedback(type="opened", recipient=ADA, machine=True),
    ]
    items = api.get("/v1/messages/m_0001/feedback").json()["items"]
    assert [one["type"] for one in items] == ["bounced", "opened"]
    assert items[0]["text"] == "<b>no"
    assert api.get("/v1/messages/nothing/feedback").status_code == 404


def test_messages_are_found_by_channel_and_by_code(api: httpx2.Client) -> None:
    assert api.get("/v1/messages", params={"channel": "email"}).json()["items"]
    assert api.get("/v1/messages", params={"channel": "sms"}).json()["items"] == []
    assert api.get("/v1/messages", params={"code": "given_up"}).json()["items"] == []
    assert api.get("/v1/messages", params={"channel": "pigeon"}).status_code == 400


PATHS = ["/v1/suppressions", "/v1/suppressions/export", "/v1/tasks", "/v1/brakes"]


@pytest.mark.parametrize("path", PATHS)
def test_a_face_without_a_store_of_it_answers_404(
    path: str, api: httpx2.Client, shop: Shop, stage: Stage
) -> None:
    stage.app = web_app(shop.services(care=None))
    assert api.get(path).status_code == 404


@pytest.mark.parametrize("path", PATHS)
def test_nobody_sees_it_without_the_key(path: str, visitor: httpx2.Client) -> None:
    assert visitor.get(path).status_code == 401


def test_the_bytes_of_a_short_message_are_json(api: httpx2.Client, shop: Shop) -> None:
    identity = message_in(shop, "sent")
    view, _ = shop.mails[identity]
    text = b'{"id":"m_1","text":"Shop: it is on its way"}'
    shop.mails[identity] = (msgspec.structs.replace(view, channel="sms"), text)
    answer = api.get(f"/v1/messages/{identity}/raw")
    assert answer.headers["content-type"] == "application/json"
    assert "message.json" in answer.headers["content-disposition"]
    assert answer.content == text
    assert api.get("/v1/messages/m_nobody/raw").status_code == 404
