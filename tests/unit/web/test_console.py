import re
import threading
from collections.abc import Iterator

import httpx2
import pytest

from tests.unit.web.conftest import Stage
from tests.unit.web.shop import KEY, Shop
from twofifty.testing.clock import FrozenClock
from twofifty.web.app import web_app
from twofifty.web.console.table import PAGES

PAGE_PATHS = [
    "/", "/console/orders", "/console/orders?q=ada", "/console/orders?q=nobody",
    "/console/orders/shop/61001", "/console/orders/shop/%231001", "/console/messages",
    "/console/messages?status=held", "/console/messages/m_0001",
    "/console/messages/m_0001?tab=text", "/console/messages/m_0001?tab=raw",
    "/console/messages/m_0001?tab=history",
    "/console/messages/m_0001?width=320&dark=1&images=1", "/console/arrivals",
    "/console/arrivals?outcome=rejected", "/console/mailbox", "/console/mailbox/1",
    "/console/mailbox/1?tab=raw", "/console/tasks", "/console/suppressions", "/console/brake",
    "/console/messages?channel=sms", "/console/messages?status=held&code=copied_store",
]  # fmt: skip


def token_in(page: str) -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]+)"', page)
    assert found
    return found[1]


def message_in(shop: Shop, status: str) -> str:
    return next(view.id for view, _ in shop.mails.values() if view.status == status)


# ── the door ──


def test_the_front_page_is_the_login_and_says_where_the_key_is(browser: httpx2.Client) -> None:
    answer = browser.get("/")
    assert answer.status_code == 200
    assert 'name="key"' in answer.text
    assert "TWOFIFTY_API_KEY" in answer.text


@pytest.mark.parametrize("path", PAGE_PATHS[1:])
def test_no_page_opens_without_a_login(path: str, browser: httpx2.Client) -> None:
    answer = browser.get(path)
    assert answer.status_code == 401
    assert 'name="key"' in answer.text
    assert "customer" not in answer.text


def test_the_key_opens_the_console_with_a_strict_cookie(browser: httpx2.Client) -> None:
    answer = browser.post("/login", data={"key": KEY})
    assert answer.status_code == 303
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "max-age=43200" in cookie
    assert "Everything is accounted for" in browser.get("/").text


def test_a_wrong_key_opens_nothing(browser: httpx2.Client) -> None:
    answer = browser.post("/login", data={"key": "<b>wrong"})
    assert answer.status_code == 401
    assert "not known here" in answer.text
    assert "<b>wrong" not in answer.text
    assert "set-cookie" not in answer.headers


def test_a_session_ends_after_twelve_hours(console: httpx2.Client, shop: Shop) -> None:
    shop.clock.advance(12 * 3_600 - 1)
    assert console.get("/console/orders").status_code == 200
    shop.clock.advance(1)
    assert console.get("/console/orders").status_code == 401


def test_a_login_link_works_once(browser: httpx2.Client) -> None:
    assert browser.head("/login/good-token").status_code == 200
    prefetch = browser.get("/login/good-token", headers={"Sec-Purpose": "prefetch"})
    assert "set-cookie" not in prefetch.headers
    assert browser.get("/login/good-token").status_code == 200
    assert "Everything is accounted for" in browser.get("/").text
    browser.cookies.clear()
    assert browser.get("/login/good-token").status_code == 401
    assert 'name="key"' in browser.get("/").text


def test_logging_out_ends_the_session(console: httpx2.Client) -> None:
    answer = console.post("/logout", data={"csrf": token_in(console.get("/").text)})
    assert answer.status_code == 303
    assert console.get("/console/orders").status_code == 401


# ── pages ──


@pytest.mark.parametrize("path", PAGE_PATHS)
def test_a_page_is_drawn_and_its_policy_is_strict(path: str, console: httpx2.Client) -> None:
    answer = console.get(path)
    assert answer.status_code == 200, answer.text
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert not re.search(r"<script(?! src=\"/console/static/console\.js\" defer>)", answer.text)
    assert not re.search(r"\son\w+=|\sstyle=|javascript:", answer.text)
    assert not re.search(r'(src|href)="(https?:)?//', answer.text)


@pytest.mark.parametrize("path", PAGE_PATHS)
def test_every_control_has_a_label_and_every_page_a_heading(
    path: str, console: httpx2.Client
) -> None:
    page = console.get(path).text
    assert page.count("<h1") == 1
    assert '<html lang="en">' in page
    visible = re.findall(r"<(?:input|select)(?![^>]*(?:hidden))[^>]*>", page)
    for control in visible:
        identity = re.search(r' id="([^"]+)"', control)
        assert identity, control
        assert f'for="{identity[1]}"' in page
    identities = re.findall(r'\sid="([^"]+)"', page)
    assert len(identities) == len(set(identities))


@pytest.mark.parametrize("path", PAGE_PATHS)
def test_every_link_of_a_page_leads_somewhere(path: str, console: httpx2.Client) -> None:
    page = console.get(path)
    links = set(re.findall(r'href="([^"#]+)"', page.text))
    for link in sorted(links)[:25]:
        target = str(page.url.join(link.replace("&amp;", "&")))
        assert console.get(target).status_code == 200, link


def test_the_overview_counts_every_message_once(console: httpx2.Client, shop: Shop) -> None:
    page = console.get("/").text
    counts = [int(count) for count in re.findall(r'class="count">(\d+)<', page)]
    assert len(counts) == 5
    assert sum(counts) == len(shop.mails)


def test_what_is_not_accounted_for_is_said_first(console: httpx2.Client, shop: Shop) -> None:
    shop.violations = ("order shop/1 has neither a message nor a stated reason",)
    page = console.get("/").text
    assert "Something is not accounted for" in page
    assert shop.violations[0] in page


def test_an_empty_shop_shows_a_command_to_try(stage: Stage, console: httpx2.Client) -> None:
    empty = Shop(FrozenClock())
    stage.app = web_app(empty.services())
    for path in ("/", "/console/orders", "/console/arrivals"):
        assert "curl http://127.0.0.1:2500/v1/orders" in console.get(path).text
    assert console.get("/console/messages").status_code == 200
    assert console.get("/console/mailbox").status_code == 200


def test_without_a_mailbox_there_is_no_mailbox_page(
    stage: Stage, console: httpx2.Client, shop: Shop
) -> None:
    stage.app = web_app(shop.services(mailbox=None))
    assert "/console/mailbox" not in console.get("/").text
    assert console.get("/console/mailbox").status_code == 404


def test_lists_are_paged_and_keep_their_filter(console: httpx2.Client) -> None:
    page = console.get("/console/messages?kind=confirmation&limit=5").text
    link = re.search(r'href="(\?[^"]+)">Older', page)
    assert link
    assert "kind=confirmation" in link[1]
    following = console.get("/console/messages" + link[1].replace("&amp;", "&")).text
    first, second = (
        set(re.findall(r"/console/messages/(m_\d+)", text)) for text in (page, following)
    )
    assert first
    assert second
    assert not first & second


# ── the mail's own HTML ──


@pytest.mark.parametrize("path", ["/console/messages/m_0000", "/console/mailbox/1"])
def test_a_mail_is_shown_in_a_frame_that_can_do_nothing(path: str, console: httpx2.Client) -> None:
    assert 'sandbox=""' in console.get(path).text
    shown = console.get(f"{path}/html")
    policy = shown.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert "img-src data:;" in policy
    assert "https:" in console.get(f"{path}/html?images=1").headers["content-security-policy"]
    assert shown.headers["x-frame-options"] == "SAMEORIGIN"


def test_the_raw_bytes_can_be_saved(console: httpx2.Client, shop: Shop) -> None:
    answer = console.get("/console/messages/m_0000/raw")
    assert answer.content == shop.mails["m_0000"][1]
    assert "attachment" in answer.headers["content-disposition"]


def test_an_arrivals_body_is_never_a_page(console: httpx2.Client) -> None:
    answer = console.get("/console/arrivals/e_0001/raw")
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]


# ── acting ──


def test_a_person_resends_to_another_address(console: httpx2.Client, shop: Shop) -> None:
    path = f"/console/messages/{message_in(shop, 'sent')}"
    token = token_in(console.get(path).text)
    answer = console.post(f"{path}/resend", data={"csrf": token, "to": "new@example.com"})
    assert answer.status_code == 303
    landed = console.get(answer.headers["location"])
    assert "Another copy is on its way" in landed.text
    assert "new@example.com" in landed.text
    assert list(shop.histories.values())[-1][-1].cause == "console:ci"


def test_a_resend_to_no_address_is_explained_in_place(console: httpx2.Client, shop: Shop) -> None:
    path = f"/console/messages/{message_in(shop, 'sent')}"
    token = token_in(console.get(path).text)
    count = len(shop.mails)
    answer = console.post(f"{path}/resend", data={"csrf": token, "to": "nobody"})
    assert answer.status_code == 422
    assert "cannot be used" in answer.text
    assert len(shop.mails) == count


@pytest.mark.parametrize(
    ("verb", "status"), [("cancel", "queued"), ("approve", "held"), ("reject", "held")]
)
def test_a_person_judges_a_message_and_a_second_time_is_refused(
    verb: str, status: str, console: httpx2.Client, shop: Shop
) -> None:
    path = f"/console/messages/{message_in(shop, status)}"
    page = console.get(path).text
    assert f'action="{path}/{verb}"' in page
    fields = {"csrf": token_in(page)}
    assert console.post(f"{path}/{verb}", data=fields).status_code == 303
    if verb != "cancel":
        again = console.post(f"{path}/{verb}", data=fields)
        assert again.status_code == 409
        assert 'role="alert"' in again.text


FORMS = [page.path for page in PAGES if page.method == "POST" and page.path != "/login"]


@pytest.mark.parametrize("path", FORMS)
def test_a_form_without_its_token_does_nothing(
    path: str, console: httpx2.Client, shop: Shop
) -> None:
    before = dict(shop.mails)
    for fields in ({}, {"csrf": ""}, {"csrf": "0" * 64}):
        answer = console.post(path.format(id="m_0000", version="live"), data=fields)
        assert answer.status_code in (403, 422)
    assert shop.mails == before
    assert console.get("/console/orders").status_code == 200


@pytest.mark.parametrize("path", [*FORMS, "/login"])
@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.test"},
        {"origin": "null"},
        {"origin": "", "sec-fetch-site": "cross-site"},
    ],
)
def test_a_form_from_another_site_does_nothing(
    path: str, headers: dict[str, str], console: httpx2.Client, shop: Shop
) -> None:
    before = dict(shop.mails)
    fields = {"csrf": token_in(console.get("/").text), "key": KEY}
    answer = console.post(path.format(id="m_0000", version="live"), data=fields, headers=headers)
    assert answer.status_code == 403
    assert shop.mails == before


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"{}"),
        ("application/x-www-form-urlencoded", b"\xff"),
        ("application/x-www-form-urlencoded", b"&".join(b"a=1" for _ in range(50))),
    ],
)
def test_a_form_that_is_none_is_refused(kind: str, body: bytes, console: httpx2.Client) -> None:
    answer = console.post("/logout", content=body, headers={"content-type": kind})
    assert answer.status_code == 422


# ── the rest ──


def test_our_files_are_served_with_their_types(browser: httpx2.Client) -> None:
    for name, kind in (("console.css", "text/css"), ("console.js", "text/javascript")):
        assert browser.get(f"/console/static/{name}").headers["content-type"].startswith(kind)
    for name in ("..%2F..%2Fapp.py", "nothing", "%2e%2e"):
        assert browser.get(f"/console/static/{name}").status_code == 404
    script = browser.get("/console/static/console.js").text
    assert len(script.splitlines()) <= 100


def test_the_stream_tells_that_something_changed(console: httpx2.Client, shop: Shop) -> None:
    def change() -> None:
        shop.changed += 1

    with console.stream("GET", "/console/stream") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = answer.iter_lines()
        assert next(lines).startswith("retry:")
        threading.Timer(0.1, change).start()
        assert _first(lines, "event:") == "event: change"
        assert _first(lines, "data:") == f"data: {shop.changed}"


def test_the_stream_lets_go_when_the_process_ends(
    stage: Stage, console: httpx2.Client, shop: Shop
) -> None:
    stage.app = web_app(shop.services(stopping=lambda: True))
    with console.stream("GET", "/console/stream") as answer:
        assert list(answer.iter_lines()) == ["retry: 2000", ""]


def test_a_head_of_the_stream_ends_at_once(console: httpx2.Client) -> None:
    answer = console.head("/console/stream")
    assert answer.headers["content-type"].startswith("text/event-stream")


def test_the_stream_is_closed_without_a_login(visitor: httpx2.Client) -> None:
    assert visitor.get("/console/stream").status_code == 401


def _first(lines: Iterator[str], start: str) -> str:
    return next(line for line in lines if line.startswith(start))
