"""Whatever a customer writes: nothing of it becomes markup, on any page."""

from html.parser import HTMLParser

import httpx2
import msgspec
import pytest

from tests.unit.web.shop import Shop
from twofifty.track.model import Moment

EVIL = (
    "\"'><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7919}}</textarea></pre></title>"
)
ALLOWED_SCRIPT = [("src", "/console/static/console.js"), ("defer", None)]


class Page(HTMLParser):
    """Collects what could run or load."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script" and attrs != ALLOWED_SCRIPT:
            self.faults.append(f"script {attrs}")
        if tag in ("img", "object", "embed", "base", "link") and dict(attrs).get("href") is None:
            self.faults.append(f"{tag} {attrs}")
        for name, value in attrs:
            if name.startswith("on") or name in ("style", "srcdoc"):
                self.faults.append(f"{tag} {name}={value}")
            if name in ("href", "src", "action") and (value or "").lower().startswith("java"):
                self.faults.append(f"{tag} {name}={value}")

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.fixture
def hostile(shop: Shop) -> Shop:
    """An order, its message and its arrival whose every text is hostile."""
    order = shop.sample(0, name=EVIL, number=EVIL, id=EVIL, source=EVIL, title=EVIL, email=EVIL)
    view = shop.add(order, "failed")
    said = {"code": EVIL, "reason": EVIL, "payment": EVIL, "difference": EVIL, "total": EVIL}
    shop.kept[EVIL, EVIL] = (msgspec.structs.replace(view, **said), shop.kept[EVIL, EVIL][1])
    identity = view.messages[0].id
    mail, raw = shop.mails[identity]
    texts = {"subject": EVIL, "reason": EVIL, "template": EVIL, "message_id": EVIL}
    shop.mails[identity] = (msgspec.structs.replace(mail, sent_at=mail.created_at, **texts), raw)
    shop.histories[identity].append(
        Moment(mail.created_at, EVIL, EVIL, code=550, enhanced=EVIL, cause=EVIL, attempt=1)
    )
    last = shop.door[-1]
    shop.door.append(msgspec.structs.replace(last, topic=EVIL, reason=EVIL, id="e_evil"))
    shop.violations = (EVIL,)
    return shop


def paths(shop: Shop) -> list[str]:
    quoted = "".join(f"%{byte:02X}" for byte in EVIL.encode())
    identity = list(shop.mails)[-1]
    letter = len(shop.mails)
    return [
        "/",
        "/console/orders",
        f"/console/orders?q={quoted}",
        f"/console/orders?source={quoted}",
        f"/console/orders/{quoted}/{quoted}",
        "/console/messages",
        f"/console/messages?recipient={quoted}&order={quoted}",
        f"/console/messages?status={quoted}",
        f"/console/messages/{quoted}",
        *(f"/console/messages/{identity}?tab={t}" for t in ("html", "text", "raw", "history")),
        "/console/arrivals",
        "/console/mailbox",
        *(f"/console/mailbox/{letter}?tab={t}" for t in ("html", "text", "raw")),
        f"/login/{quoted}",
        f"/{quoted}",
    ]


def test_hostile_text_stays_text_on_every_page(console: httpx2.Client, hostile: Shop) -> None:
    shown = 0
    for path in paths(hostile):
        answer = console.get(path)
        page = Page()
        page.feed(answer.text)
        assert page.faults == [], path
        assert "55433" not in "".join(page.texts), path
        shown += "alert(1)" in "".join(page.texts)
    assert shown > 10


def test_hostile_text_stays_data_in_problem_documents(api: httpx2.Client, hostile: Shop) -> None:
    answer = api.get("/v1/messages", params={"status": EVIL, EVIL: "1"})
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert len(answer.json()["errors"]) == 2


def test_hostile_mail_is_shown_only_under_its_sandbox(
    console: httpx2.Client, hostile: Shop
) -> None:
    answer = console.get(f"/console/messages/{list(hostile.mails)[-1]}/html")
    assert "<script>" in answer.text
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]
