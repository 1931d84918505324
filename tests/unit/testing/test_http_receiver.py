"""The HTTP receiver."""

import asyncio

import httpx2
import pytest

from twofifty.testing.http_receiver import HttpReceiver, Request, Response


def test_requests_are_kept_and_answered_as_scripted() -> None:
    def answering(request: Request) -> Response:
        return Response(503, b"busy", {"Retry-After": "3"}) if request.number == 1 else Response()

    async def talk() -> tuple[list[httpx2.Response], list[Request]]:
        async with HttpReceiver(answering) as receiver, httpx2.AsyncClient() as client:
            url = receiver.url + "/hook?x=1"
            return [await client.post(url, content=b"body") for _ in range(2)], receiver.requests

    answers, requests = asyncio.run(talk())
    assert [answer.status_code for answer in answers] == [503, 200]
    assert (answers[0].headers["Retry-After"], answers[0].content) == ("3", b"busy")
    assert [(r.number, r.method, r.target, r.body) for r in requests] == [
        (1, "POST", "/hook?x=1", b"body"),
        (2, "POST", "/hook?x=1", b"body"),
    ]
    assert requests[0].headers["content-length"] == "4"


def test_it_may_drop_the_connection_or_answer_late() -> None:
    async def talk(response: Response, patience: float) -> None:
        async with HttpReceiver(lambda _: response) as receiver, httpx2.AsyncClient() as client:
            patient = httpx2.Timeout(10, read=patience)
            await client.get(receiver.url, timeout=patient)

    with pytest.raises(httpx2.TransportError):
        asyncio.run(talk(Response(drop=True), 10))
    with pytest.raises(httpx2.ReadTimeout):
        asyncio.run(talk(Response(delay=30), 0.1))
