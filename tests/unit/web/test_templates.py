import re
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from tests.unit.web.shop import Shop

LIQUID = {"confirmation.subject.liquid": "Order {{ order_name }}"}
BROKEN = {"confirmation.html.mustache": "<p>{{nummer}}</p><a href={{status_url}}>x</a>"}
BARE = {"confirmation.html.mustache": "<p>{{number}}</p>"}


@pytest.fixture(autouse=True)
def patient(visitor: httpx2.Client) -> None:
    """Judging a pack takes seconds where other tests run beside it."""
    visitor.timeout = httpx2.Timeout(120)


def token_in(text: str) -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]+)"', text)
    assert found
    return found[1]


def committed(api: httpx2.Client, files: dict[str, str]) -> Any:
    answer = api.post("/v1/templates", json={"files": files, "note": "a note"})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_same_files_are_the_same_version(api: httpx2.Client) -> None:
    first, second = (committed(api, LIQUID) for _ in range(2))
    assert first["version"] == second["version"]
    assert (first["is_new"], second["is_new"]) == (True, False)
    assert first["judgement"]["problems"] == []


def test_what_is_wrong_is_said_with_its_place(api: httpx2.Client) -> None:
    problems = committed(api, BROKEN)["judgement"]["problems"]
    assert {each["place"]["template"] for each in problems} == {"confirmation.html.mustache"}
    assert {each["place"]["line"] for each in problems} == {1}
    assert any("'number'" in each["message"] for each in problems)


def test_what_has_problems_is_not_published(api: httpx2.Client) -> None:
    version = committed(api, BROKEN)["version"]
    answer = api.post(f"/v1/templates/{version}/promote", json={})
    assert answer.status_code == 409
    assert "confirmation.html.mustache" in answer.json()["detail"]
    assert api.get("/v1/templates/history").json()["items"] == []


def test_what_loses_facts_is_not_published_unless_forced(api: httpx2.Client) -> None:
    version = committed(api, BARE)["version"]
    answer = api.post(f"/v1/templates/{version}/promote", json={})
    assert answer.status_code == 409
    assert "the total is not in the HTML any more" in answer.json()["detail"]
    forced = api.post(f"/v1/templates/{version}/promote", json={"force": True})
    assert forced.json()["action"] == "promote"


def test_a_canary_is_promoted_seen_and_ended(api: httpx2.Client) -> None:
    version = committed(api, LIQUID)["version"]
    said = api.post(f"/v1/templates/{version}/promote", json={"share": 10, "note": "try"}).json()
    assert (said["action"], said["share"], said["actor"]) == ("canary", 10, "key:ci")
    (listed,) = [
        each for each in api.get("/v1/templates").json()["items"]
        if each["head"]["version"] == version
    ]  # fmt: skip
    assert (listed["canary"], listed["share"], listed["live"]) == ([""], 10, [])
    ended = api.post("/v1/templates/rollback").json()
    assert ended["action"] == "rollback"
    assert ended["version"] != version
    assert api.post("/v1/templates/rollback").status_code == 409


@pytest.mark.parametrize(
    "body", [b"[]", b'{"files": 1}', b'{"files": {}, "more": 1}', b'{"files": {"a": 1}}', b"{"]
)
def test_a_commit_that_cannot_be_read_is_refused(api: httpx2.Client, body: bytes) -> None:
    assert api.post("/v1/templates", content=body).status_code in (400, 422)


def test_a_pack_beyond_the_limits_is_refused(api: httpx2.Client) -> None:
    many = {f"partials/{number}.html.mustache": "" for number in range(201)}
    answer = api.post("/v1/templates", json={"files": many})
    assert answer.status_code == 422
    assert "200" in answer.json()["detail"]


def test_a_message_says_why_it_was_sent(api: httpx2.Client, shop: Shop) -> None:
    identity = next(iter(shop.mails))
    causes = api.get(f"/v1/messages/{identity}/why").json()["items"]
    assert [each["what"] for each in causes[:2]] == ["arrival", "order"]
    assert causes[0]["id"] == "e_0001"
    assert "attempt" in {each["what"] for each in causes}


def test_the_console_explains_a_message(console: httpx2.Client, shop: Shop) -> None:
    identity = next(iter(shop.mails))
    page = console.get(f"/console/messages/{identity}?tab=why").text
    assert "orders/&lt;create&gt;" in page
    assert "orders/<create>" not in page
    assert "/console/arrivals/e_0001/raw" in page


Post = Callable[[str, dict[str, str]], httpx2.Response]


@pytest.fixture
def post(console: httpx2.Client) -> Post:
    """A form of the console, with its token."""
    token = token_in(console.get("/console/templates").text)

    def posted(path: str, fields: dict[str, str]) -> httpx2.Response:
        return console.post(path, data={"csrf": token, **fields})

    return posted


def test_a_theme_is_saved_published_and_taken_back(console: httpx2.Client, post: Post) -> None:
    saved = post("/console/templates/builtin/theme", {"light.accent": "#aa0000", "note": "red"})
    assert saved.status_code == 303
    path = saved.headers["location"].partition("?")[0]
    assert "#aa0000" in console.get(f"{path}?tab=theme").text
    assert "accent" in console.get(f"{path}?tab=difference").text
    mail = console.get(f"{path}/mail?kind=shipment&locale=de&dark=1")
    assert mail.status_code == 200
    assert "#aa0000" in mail.text
    assert "sandbox" in mail.headers["content-security-policy"]
    assert "default-src 'none'" in mail.headers["content-security-policy"]
    assert post(f"{path}/promote", {"share": "100"}).status_code == 303
    assert f'{path}"><code>' in console.get("/console/templates").text
    assert "live" in console.get(path).text
    assert post("/console/templates/rollback", {}).status_code == 303
    assert post("/console/templates/rollback", {}).status_code == 409


def test_a_theme_that_is_none_says_what_is_wrong(console: httpx2.Client, post: Post) -> None:
    saved = post("/console/templates/builtin/theme", {"light.accent": "red"})
    page = console.get(saved.headers["location"]).text
    assert "must be a colour" in page
    version = saved.headers["location"].partition("?")[0]
    refused = post(f"{version}/promote", {"share": "100"})
    assert refused.status_code == 409
    assert 'role="alert"' in refused.text


def test_a_preview_of_what_is_not_there_is_an_error(console: httpx2.Client) -> None:
    assert console.get("/console/templates/nothing").status_code == 404
    assert console.get("/console/templates/builtin/mail?order=nothing").status_code == 422
    assert console.get("/console/templates/builtin/mail?kind=nothing").status_code == 400


def test_a_real_order_can_be_looked_at(console: httpx2.Client, shop: Shop) -> None:
    view = next(iter(shop.kept.values()))[0]
    mail = console.get(f"/console/templates/builtin/mail?order={view.id}")
    assert (view.number or view.id).lstrip("#") in mail.text


def test_a_mail_that_is_looked_at_can_be_sent_to_an_address(
    console: httpx2.Client, post: Post
) -> None:
    page = console.get("/console/templates/builtin?kind=shipment&locale=de").text
    assert 'action="/console/templates/' in page
    fields = {"kind": "shipment", "locale": "de", "order": "full", "to": "me@example.com"}
    sent = post("/console/templates/builtin/send", fields)
    assert sent.status_code == 303
    after = console.get(sent.headers["location"]).text
    assert "Sent. Look into your mailbox." in after
    assert '<option value="shipment" selected>' in after


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"to": "nobody"}, "address cannot be used"),
        ({"to": "a@b.canary.invalid"}, "canary orders"),
        ({"to": "me@example.com\r\nRCPT TO:<you@example.com>"}, "address cannot be used"),
        ({"to": "me@example.com", "order": "nothing"}, "there is no order nothing"),
        ({}, "address cannot be used"),
    ],
)
def test_what_cannot_be_sent_is_said(post: Post, fields: dict[str, str], said: str) -> None:
    refused = post("/console/templates/builtin/send", fields)
    assert refused.status_code == 409
    assert said in refused.text


def test_a_mail_is_sent_from_our_own_page_only(console: httpx2.Client) -> None:
    answer = console.post("/console/templates/builtin/send", data={"to": "me@example.com"})
    assert answer.status_code == 403


def test_any_two_versions_are_compared(console: httpx2.Client, api: httpx2.Client) -> None:
    first = committed(api, LIQUID)["version"]
    second = committed(api, {"confirmation.subject.liquid": "Thanks {{ order_name }}"})["version"]
    page = console.get(f"/console/templates/{second}?tab=difference&against={first}").text
    assert "-Order {{ order_name }}" in page
    assert "+Thanks {{ order_name }}" in page
    assert f'<option value="{first}" selected>' in page
    same = console.get(f"/console/templates/{second}?tab=difference&against={second}").text
    assert "There is no difference." in same
    unknown = console.get(f"/console/templates/{second}?tab=difference&against=nothing")
    assert unknown.status_code == 404


def test_what_hurts_customers_is_told_and_not_published(
    console: httpx2.Client, api: httpx2.Client
) -> None:
    files = {"agent.html.mustache": "<p>{{number}}</p><script>alert(1)</script>"}
    version = committed(api, files)["version"]
    page = console.get(f"/console/templates/{version}?tab=check").text
    assert "1 problems: it cannot be published" in page
    assert page.count("a script is removed") == 1
    answer = api.post(f"/v1/templates/{version}/promote", json={})
    assert answer.status_code == 409
    assert "[script]" in answer.json()["detail"]
