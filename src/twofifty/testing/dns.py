"""A DNS server on loopback that says what it is told to, over UDP and TCP, on one port.

    with DnsServer({"shop.test TXT": ["v=spf1 -all"], "bad.test TXT": Mood.SERVFAIL}) as server:
        ... server.address is "127.0.0.1:PORT"

Names that are not in the zone, nor above one that is, do not exist (NXDOMAIN).
"""

import socketserver
import threading
from collections.abc import Mapping, Sequence
from enum import Enum
from types import TracebackType

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset


class Mood(Enum):
    """How a server answers that does not just answer."""

    SERVFAIL = "says that it failed"
    REFUSED = "refuses"
    SILENT = "never answers"
    GARBAGE = "sends bytes that are no DNS message"
    LOOP = "sends a name that points to itself"
    STRANGER = "answers another question"
    CUT = "sends an answer cut in the middle"


class Truncated(tuple[str, ...]):
    """Records that fit into no UDP answer: the client has to come again over TCP."""

    __slots__ = ()


Said = Sequence[str] | Mood


class DnsServer:
    """`zone`: `NAME TYPE` to records as in a zone file (texts of TXT as they are), or a mood.
    `asked` is every question that came, as `NAME TYPE PROTOCOL`."""

    def __init__(self, zone: Mapping[str, Said]) -> None:
        self.zone = {_key(key): said for key, said in zone.items()}
        self.asked: list[str] = []
        self._udp, self._tcp = _pair(self)
        self.port: int = self._udp.server_address[1]
        self.address = f"127.0.0.1:{self.port}"

    def __enter__(self) -> "DnsServer":
        for server in (self._udp, self._tcp):
            threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for server in (self._udp, self._tcp):
            server.shutdown()
            server.server_close()

    def reply(self, wire: bytes, *, tcp: bool) -> bytes:
        """The bytes that answer a question's bytes; empty: nothing is sent."""
        try:
            query = dns.message.from_wire(wire)
        except dns.exception.DNSException:
            return b""
        question = query.question[0]
        key = f"{question.name.to_text(True).lower()} {dns.rdatatype.to_text(question.rdtype)}"
        self.asked.append(f"{key} {'tcp' if tcp else 'udp'}")
        said = self.zone.get(key)
        if isinstance(said, Mood):
            return _moody(query, said)
        return self._answer(query, said, tcp=tcp)

    def _answer(
        self, query: dns.message.Message, said: Sequence[str] | None, *, tcp: bool
    ) -> bytes:
        response = dns.message.make_response(query)
        question = query.question[0]
        name = question.name.to_text(True).lower()
        alias = self.zone.get(f"{name} CNAME")
        if isinstance(said, Truncated) and not tcp:
            response.flags |= dns.flags.TC
        elif said:
            response.answer.append(_rrset(name, question.rdtype, said))
        elif alias and not isinstance(alias, Mood):
            self._follow(response, name, alias[0])
        elif not any(f".{key}".split(" ")[0].endswith(f".{name}") for key in self.zone):
            response.set_rcode(dns.rcode.NXDOMAIN)
        return response.to_wire(max_size=65_535 if tcp else 1_232, prefer_truncation=True)

    def _follow(self, response: dns.message.Message, name: str, target: str) -> None:
        """Puts an alias and what stands behind it into the answer."""
        kind = response.question[0].rdtype
        response.answer.append(_rrset(name, dns.rdatatype.CNAME, [f"{target}."]))
        said = self.zone.get(f"{target} {dns.rdatatype.to_text(kind)}")
        if said and not isinstance(said, Mood):
            response.answer.append(_rrset(target, kind, said))


def _key(key: str) -> str:
    name, _, kind = key.partition(" ")
    return f"{name.lower().rstrip('.')} {kind}"


def _rrset(name: str, kind: dns.rdatatype.RdataType, said: Sequence[str]) -> dns.rrset.RRset:
    texts = [_quoted(text) for text in said] if kind == dns.rdatatype.TXT else list(said)
    return dns.rrset.from_text_list(f"{name}.", 60, "IN", dns.rdatatype.to_text(kind), texts)


def _quoted(text: str) -> str:
    """A text as quoted strings of up to 255 bytes, one byte a character (Latin-1)."""
    parts = [text[i : i + 255] for i in range(0, len(text), 255)] or [""]
    return " ".join('"' + "".join(f"\\{ord(c):03d}" for c in part) + '"' for part in parts)


def _moody(query: dns.message.Message, mood: Mood) -> bytes:
    response = dns.message.make_response(query)
    codes = {Mood.SERVFAIL: dns.rcode.SERVFAIL, Mood.REFUSED: dns.rcode.REFUSED}
    if mood in codes:
        response.set_rcode(codes[mood])
        return response.to_wire()
    if mood is Mood.STRANGER:
        return dns.message.make_response(dns.message.make_query("other.test", "A")).to_wire()
    head = bytearray(response.to_wire())
    if mood is Mood.LOOP:
        head[6:8] = b"\x00\x01"  # one answer, whose name points to its own first byte
        return bytes(head) + bytes([0xC0 | len(head) >> 8, len(head) & 0xFF]) + b"\x00" * 14
    if mood is Mood.CUT:
        head[6:8] = b"\x00\x02"
        return bytes(head) + b"\xc0\x0c\x00"
    return b"\xff" * 40 if mood is Mood.GARBAGE else b""


class _Udp(socketserver.ThreadingUDPServer):
    daemon_threads = True


class _Tcp(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


def _pair(server: DnsServer) -> tuple[_Udp, _Tcp]:
    """Both on the same port, whichever is free for both."""

    class Datagram(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            wire, sock = self.request
            reply = server.reply(wire, tcp=False)
            if reply:
                sock.sendto(reply, self.client_address)

    class Stream(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            length = int.from_bytes(self.rfile.read(2), "big")
            reply = server.reply(self.rfile.read(length), tcp=True)
            if reply:
                self.wfile.write(len(reply).to_bytes(2, "big") + reply)

    for _ in range(50):
        tcp = _Tcp(("127.0.0.1", 0), Stream)
        try:
            return _Udp(("127.0.0.1", tcp.server_address[1]), Datagram), tcp
        except OSError:  # somebody has that port for datagrams: another try
            tcp.server_close()
    raise OSError("no port is free for both protocols")
