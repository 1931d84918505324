"""Asking an endpoint: what it is sent, and what is made of its answers, whatever they are."""

import contextlib
import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.adapters_stock.stockroom import Asked, Stockroom, a_question, always, http, says
from twofifty.adapters.stock_http.endpoint import check_url, headers
from twofifty.adapters.stock_http.shape import shape
from twofifty.errors import SettingsError, ShopBusy, ShopError
from twofifty.flow.stock import Item, Level, Question
from twofifty.intake.loose import Unreadable


async def test_an_endpoint_is_told_the_lines_and_answers_for_each() -> None:
    async with Stockroom(says(status="backorder", expected="2026-12-01", available=1)) as room:
        shelf = room.shelf(authorization="Bearer s3cret")
        found = await shelf.ask(Question("shop", "1001", (Item("7", Decimal("0.5"), "TEA"),)))
        await shelf.close()
    assert found == {"7": Level("backorder", Decimal(1), date(2026, 12, 1))}
    (asked,) = room.asked
    assert (asked.method, asked.target) == ("POST", "/stock")
    assert asked.headers["authorization"] == "Bearer s3cret"
    assert asked.body == {
        "source": "shop",
        "order_id": "1001",
        "lines": [{"id": "7", "quantity": 0.5, "sku": "TEA"}],
    }


async def test_a_url_with_a_sku_is_asked_once_for_each_sku() -> None:
    async def answered(asked: Asked) -> bytes:
        if asked.target.endswith("CUP"):
            return http(b"", "404 Not Found")
        return http(b'{"available": 3}')

    async with Stockroom(answered) as room:
        shelf = room.shelf(f"{room.url}/{{sku}}")
        found = await shelf.ask(a_question("A/B ?", "CUP", "A/B ?"))
        await shelf.close()
    assert found == {"1": Level(available=Decimal(3)), "3": Level(available=Decimal(3))}
    assert sorted(one.target for one in room.asked) == ["/stock/A%2FB%20%3F", "/stock/CUP"]


async def test_an_answer_of_another_shape_is_read_by_expressions() -> None:
    stated = {
        "lines": "data.items[?kind=='good']",
        "sku": "code",
        "id": "none_here",
        "status": "state",
        "available": "sum(places[].free)",
        "expected": "next[0]",
        "words": {"Sold Out": "out_of_stock"},
    }
    items = [
        {"kind": "good", "code": "TEA", "state": "sold out", "places": [{"free": 1.5}]},
        {"kind": "service", "code": "TEA", "state": "what?"},
        {
            "kind": "good",
            "code": "CUP",
            "places": [{"free": 1}, {"free": 2}],
            "next": ["2026-12-24T08:00:00Z"],
        },
    ]
    async with Stockroom(always(http(json.dumps({"data": {"items": items}}).encode()))) as room:
        shelf = room.shelf(stated=stated)
        found = await shelf.ask(a_question("TEA", "CUP"))
        await shelf.close()
    assert found["1"].status == "out_of_stock"
    assert found["2"] == Level(None, Decimal(3), date(2026, 12, 24))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>hello</html>",
        b"[]",
        b'"in_stock"',
        b'{"lines": {}}',
        b'{"lines": [7]}',
        b'{"lines": [{"id": "1", "status": "perhaps"}]}',
        b'{"lines": [{"id": "1", "status": true}]}',
        b'{"lines": [{"id": "1", "available": NaN}]}',
        b'{"lines": [{"id": "1", "available": "NaN"}]}',
        b'{"lines": [{"id": "1", "available": 1e999}]}',
        b'{"lines": [{"id": "1", "available": [1]}]}',
        b'{"lines": [{"id": "1", "available": true}]}',
        b'{"lines": [{"id": "1", "status": "backorder", "expected": "soon"}]}',
        b'{"lines": [{"id": "1", "status": "backorder", "expected": 1796083200}]}',
        b"[" * 100_000,
        b'{"lines": "' + b"\xff" * 9 + b'"}',
    ],
)
async def test_an_answer_without_sense_is_none(body: bytes) -> None:
    async with Stockroom(always(http(body))) as room:
        shelf = room.shelf()
        with pytest.raises(Unreadable):
            await shelf.ask(a_question("TEA"))
        await shelf.close()


@pytest.mark.parametrize(
    "body",
    [
        b'{"lines": []}',
        b'{"lines": [{"id": "other", "status": "in_stock"}]}',
        b'{"lines": [{"id": "1"}]}',
        b'{"lines": [{"id": "1", "status": null, "available": null, "expected": ""}]}',
        b'{"lines": [{"sku": "CUP", "status": "in_stock"}]}',
    ],
)
async def test_what_is_not_known_there_is_not_in_it(body: bytes) -> None:
    async with Stockroom(always(http(body))) as room:
        shelf = room.shelf()
        assert await shelf.ask(a_question("TEA")) == {}
        await shelf.close()


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (http(b"", "500 Oops"), ShopBusy),
        (http(b"", "429 Slow"), ShopBusy),
        (http(b"", "401 No"), ShopError),
        (http(b'{"lines": []}', "202 Accepted"), ShopError),
        (http(b"", "404 Not Found"), ShopError),
        (http(b'{"lines": [%s0]}' % (b"0," * 5_000_000)), ShopError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n{", ShopBusy),
        (b"220 mx ESMTP\r\n", ShopBusy),
        (b"", ShopBusy),
    ],
)
async def test_no_answer_is_an_error_that_says_so(answer: bytes, error: type[ShopError]) -> None:
    async with Stockroom(always(answer)) as room:
        shelf = room.shelf()
        with pytest.raises(error):
            await shelf.ask(a_question("TEA"))
        await shelf.close()


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("backorder"),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["lines", "id", "sku", "status", "available", "expected"]), inner
        )
    ),
)


@given(_JSON | st.lists(_JSON).map(lambda lines: {"lines": lines}))
def test_whatever_json_comes_it_is_understood_or_refused(answer: object) -> None:
    with contextlib.suppress(Unreadable):
        levels = shape({}).levels(json.dumps(answer).encode(), a_question("TEA").lines)
        assert levels.keys() <= {"1"}


async def test_a_redirect_is_not_followed_and_takes_no_key_elsewhere() -> None:
    async with Stockroom(says(status="in_stock")) as other:
        away = always(http(b"", "307 Away", f"Location: {other.url}\r\n"))
        async with Stockroom(away) as room:
            shelf = room.shelf(authorization="Bearer s3cret")
            with pytest.raises(ShopError, match="redirects"):
                await shelf.ask(a_question("TEA"))
            await shelf.close()
    assert other.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example.com/stock",
        "http://127.0.0.1.example.com/",
        "http://10.0.0.1/",
        "https://user:word@shop.example.com/",
        "ftp://shop.example.com/",
        "https://",
        "https://shop.example.com:port/",
        "//shop.example.com",
    ],
)
def test_a_question_never_leaves_the_machine_in_the_open(url: str) -> None:
    with pytest.raises(SettingsError, match="stock_url"):
        check_url(url)


@pytest.mark.parametrize("url", ["http://[::1]:9/", "http://localhost/{sku}", "https://a.example"])
def test_a_question_may_go_by_tls_or_stay_here(url: str) -> None:
    assert check_url(url) == url


def test_the_key_is_a_bearer_token_or_stands_in_its_own_header() -> None:
    assert headers("", "") == {}
    assert headers("k", "") == {"authorization": "Bearer k"}
    assert headers("k", "X-Api-Key") == {"x-api-key": "k"}
    assert headers("Basic x", "Authorization") == {"authorization": "Basic x"}
    for key, header in (("a\nb", ""), ("k ", ""), ("", "X-Key"), ("k", "X Key"), ("ü", "")):
        with pytest.raises(SettingsError):
            headers(key, header)


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ([], "write a table"),
        ({"state": "x"}, "did you mean status"),
        ({"status": "a["}, "stock_map.status"),
        ({"status": 7}, "in quotes"),
        ({"words": {"gone": "away"}}, "stock_map.words"),
        ({"words": "gone"}, "stock_map.words"),
    ],
)
def test_a_map_that_is_none_is_told_at_the_start(stated: object, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        shape(stated)
