"""One way to a provider: a request out, one bounded answer in, and the dot between them.

What the final dot is in SMTP, the request is here: its first byte may be all that a provider needs.
So the connection is opened first (with TLS), then the dot is journalled, then the request is
written. What fails before that was surely not sent; what fails after it without a whole answer is
in doubt. The dot is awaited inside the HTTP library's own tracing, at the event just before the
request's head is written: no byte of it can leave earlier, and a kept connection that had to be
opened anew is open by then.
"""

import asyncio

import httpx2

from twofifty.adapters.mail_api.mail import Answer, Call
from twofifty.deliver.outcome import Deferred, Fenced, InDoubt
from twofifty.deliver.ports import Dot

SECONDS = 30.0
CONNECTIONS = 16
LONGEST = 256 * 1024

_BEFORE_THE_HEAD = ".send_request_headers.started"
_FAULTS = (httpx2.HTTPError, httpx2.InvalidURL)


class ApiLine:
    """Follows no redirect: a key is for the host that it was given for. `label` is what outcomes
    call the route; `seconds` bounds connecting, and again the exchange after the dot."""

    def __init__(
        self, label: str, *, seconds: float = SECONDS, connections: int = CONNECTIONS
    ) -> None:
        self._label = label
        self._seconds = seconds
        self._closed = False
        self._client = httpx2.AsyncClient(
            timeout=httpx2.Timeout(seconds, connect=min(seconds, 10.0)),
            limits=httpx2.Limits(
                max_connections=connections,
                max_keepalive_connections=connections,
                keepalive_expiry=5.0,
            ),
            follow_redirects=False,
        )

    async def hand_over(self, call: Call, dot: Dot) -> Answer | Deferred | InDoubt | Fenced:
        """One request that takes a mail. Raises only what `dot` raises."""
        gate = _Gate(dot, self._seconds)
        if self._closed:
            return self._not_sent("the channel is closed")
        try:
            async with asyncio.timeout(self._seconds) as gate.limit:
                return await self._exchange(call, gate)
        except _Shut:
            if gate.fault is not None:
                raise gate.fault from None
            return Fenced()
        except TimeoutError:
            return self._failed(gate, f"it took longer than {self._seconds:g} s")
        except _FAULTS as fault:
            return self._failed(gate, type(fault).__name__)

    async def ask(self, call: Call) -> Answer | None:
        """One request that changes nothing; None where no whole answer came."""
        try:
            async with asyncio.timeout(self._seconds):
                return await self._exchange(call, None)
        except (*_FAULTS, TimeoutError, RuntimeError):
            return None  # RuntimeError: closed meanwhile

    async def close(self) -> None:
        """Ends kept connections. Safe to call twice."""
        self._closed = True
        await self._client.aclose()

    async def _exchange(self, call: Call, gate: "_Gate | None") -> Answer:
        headers = {"accept": "application/json", "accept-encoding": "identity"}
        request = self._client.build_request(
            call.method,
            call.url,
            headers={"user-agent": "twofifty", **headers, **call.headers},
            content=call.body or None,
            extensions={"trace": gate.pass_} if gate else {},
        )
        response = await self._client.send(request, stream=True)
        try:
            named = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status_code, named, await _bounded(response))
        finally:
            await response.aclose()

    def _failed(self, gate: "_Gate", fault: str) -> Deferred | InDoubt:
        if not gate.open:
            return self._not_sent(fault)
        return InDoubt(f"The request was sent and no whole answer came ({fault}).", self._label)

    def _not_sent(self, fault: str) -> Deferred:
        reason = f"The provider could not be reached, nothing was sent ({fault})."
        return Deferred(reason, "connect", self._label, connection=True)


class _Shut(Exception):
    """The dot may not leave, so that the request may not either."""


class _Gate:
    """Lets one request pass once the dot is journalled."""

    def __init__(self, dot: Dot, seconds: float) -> None:
        self.open = False
        self.fault: Exception | None = None
        self.limit: asyncio.Timeout | None = None
        self._dot = dot
        self._seconds = seconds

    async def pass_(self, event: str, info: dict[str, object]) -> None:
        """Called with every step of the HTTP library."""
        # A proxy's CONNECT is not the request yet.
        if event.endswith(_BEFORE_THE_HEAD) and not _is_connect(info.get("request")):
            await self._journalled()

    async def _journalled(self) -> None:
        """The disk's time is not the provider's: nothing runs out meanwhile. A request that the
        HTTP library sends anew on another connection needs no second dot."""
        if self.open:
            return
        self._reschedule(None)
        try:
            self.open = await self._dot()
        except Exception as fault:  # noqa: BLE001
            # Whatever the journal raises goes to the caller as it is, past the HTTP library.
            self.fault = fault
            raise _Shut from None
        if not self.open:
            raise _Shut
        self._reschedule(asyncio.get_running_loop().time() + self._seconds)

    def _reschedule(self, when: float | None) -> None:
        if self.limit is not None:
            self.limit.reschedule(when)


def _is_connect(request: object) -> bool:
    return getattr(request, "method", b"") == b"CONNECT"


async def _bounded(response: httpx2.Response) -> bytes:
    """The body up to its bound: what is longer is cut, for its status says enough."""
    body = b""
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > LONGEST:
            break
    return body[:LONGEST]
