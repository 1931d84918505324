"""The resolver, against a real server on loopback that answers well, badly or not at all."""

import asyncio
from collections.abc import Mapping

import pytest

from twofifty.adapters.dns.resolver import MOST_RECORDS, SILENT_AFTER, DnsResolver, place
from twofifty.deliver.posture.dns import Answer, Kind, Question
from twofifty.errors import SettingsError
from twofifty.testing.dns import DnsServer, Mood, Said, Truncated

SECONDS = 1.0


async def _asked(address: str, *questions: Question) -> list[Answer]:
    resolver = DnsResolver(address, SECONDS)
    try:
        return [await resolver.ask(question) for question in questions]
    finally:
        await resolver.close()


def answer(zone: Mapping[str, Said], name: str, kind: Kind = "TXT") -> Answer:
    with DnsServer(zone) as server:
        (found,) = asyncio.run(_asked(server.address, Question(name, kind)))
    return found


@pytest.mark.parametrize(
    ("kind", "published", "text"),
    [
        ("A", "192.0.2.1", "192.0.2.1"),
        ("AAAA", "2001:db8::1", "2001:db8::1"),
        ("MX", "10 MX.shop.test.", "10 mx.shop.test"),
        ("MX", "0 .", "0 "),
        ("PTR", "Relay.shop.test.", "relay.shop.test"),
        ("TXT", "v=spf1 -all", "v=spf1 -all"),
        ("TXT", "a" * 700, "a" * 700),
        ("TXT", "caf\u00e9 \u0000\u00ff", "caf\u00e9 \u0000\u00ff"),
    ],
)
def test_a_record_comes_as_text(kind: Kind, published: str, text: str) -> None:
    assert answer({f"shop.test {kind}": [published]}, "shop.test", kind) == Answer((text,))


def test_a_name_without_the_record_is_told_from_one_that_is_not_there() -> None:
    zone = {"a.shop.test A": ["192.0.2.1"]}
    assert answer(zone, "a.shop.test") == Answer()
    assert answer(zone, "shop.test") == Answer()
    assert answer(zone, "b.shop.test") == Answer(absent=True)


def test_an_alias_is_followed() -> None:
    zone = {"shop.test CNAME": ["far.test"], "far.test TXT": ["here"]}
    assert answer(zone, "shop.test") == Answer(("here",))


@pytest.mark.parametrize(
    ("mood", "word"),
    [
        (Mood.SERVFAIL, "SERVFAIL"),
        (Mood.REFUSED, "REFUSED"),
        (Mood.SILENT, "in time"),
        (Mood.GARBAGE, ""),
        (Mood.LOOP, ""),
        (Mood.STRANGER, ""),
        (Mood.CUT, ""),
    ],
)
def test_what_is_no_answer_is_unknown_and_never_nothing(mood: Mood, word: str) -> None:
    found = answer({"shop.test TXT": mood}, "shop.test")
    assert found.unknown
    assert word in found.unknown
    assert not found.void
    assert not found.absent


def test_an_alias_that_leads_to_itself_ends() -> None:
    found = answer({"shop.test CNAME": ["shop.test"]}, "shop.test")
    assert not found.records


def test_an_answer_that_is_cut_off_is_fetched_over_tcp() -> None:
    long = Truncated("x" * 60 + f"{i:04}" for i in range(60))
    with DnsServer({"shop.test TXT": long}) as server:
        (found,) = asyncio.run(_asked(server.address, Question("shop.test", "TXT")))
        assert server.asked == ["shop.test TXT udp", "shop.test TXT tcp"]
    assert len(found.records) == 60


def test_a_hostile_number_of_records_is_bounded() -> None:
    many = Truncated(f"record {i}" for i in range(2_000))
    assert len(answer({"shop.test TXT": many}, "shop.test").records) == MOST_RECORDS


def test_a_text_of_sixty_kilobytes_comes_whole() -> None:
    huge = Truncated(["x" * 60_000])
    assert len(answer({"shop.test TXT": huge}, "shop.test").records[0]) == 60_000


def test_the_same_question_is_asked_once_however_many_wait_for_it() -> None:
    question = Question("shop.test", "TXT")

    async def run(address: str) -> list[Answer]:
        resolver = DnsResolver(address, SECONDS)
        found = await asyncio.gather(*(resolver.ask(question) for _ in range(20)))
        await resolver.close()
        return list(found)

    with DnsServer({"shop.test TXT": ["here"]}) as server:
        assert set(asyncio.run(run(server.address))) == {Answer(("here",))}
        assert len(server.asked) == 1


def test_a_waiter_who_gives_up_spoils_nothing_for_others() -> None:
    question = Question("shop.test", "TXT")

    async def run(address: str) -> Answer:
        resolver = DnsResolver(address, SECONDS)
        first = asyncio.create_task(resolver.ask(question))
        second = asyncio.create_task(resolver.ask(question))
        await asyncio.sleep(0)
        first.cancel()
        found = await second
        await resolver.close()
        return found

    with DnsServer({"shop.test TXT": ["here"]}) as server:
        assert asyncio.run(run(server.address)) == Answer(("here",))


def test_a_dead_resolver_is_given_up_after_a_few_questions() -> None:
    questions = [Question(f"n{i}.test", "A") for i in range(SILENT_AFTER + 20)]
    with DnsServer({f"n{i}.test A": Mood.SILENT for i in range(len(questions))}) as server:
        found = asyncio.run(_asked(server.address, *questions))
        asked = {line.split()[0] for line in server.asked}
    assert len(asked) == SILENT_AFTER
    assert {one.unknown for one in found} == {"no DNS resolver answered in time"}


def test_one_slow_name_does_not_silence_a_resolver_that_answers() -> None:
    slow = {f"n{i}.test A": Mood.SILENT for i in range(SILENT_AFTER)}
    names = ("here.test", *(f"n{i}.test" for i in range(SILENT_AFTER)), "there.test")
    with DnsServer({**slow, "here.test A": ["192.0.2.1"], "there.test A": ["192.0.2.2"]}) as one:
        found = asyncio.run(_asked(one.address, *(Question(name, "A") for name in names)))
    assert found[-1] == Answer(("192.0.2.2",))


@pytest.mark.parametrize(
    ("server", "where"),
    [
        ("127.0.0.1", ("127.0.0.1", 53)),
        ("127.0.0.1:5353", ("127.0.0.1", 5353)),
        ("[::1]:5353", ("::1", 5353)),
        ("[::1]", ("::1", 53)),
        ("::1", ("::1", 53)),
    ],
)
def test_a_resolver_is_named_by_address_and_port(server: str, where: tuple[str, int]) -> None:
    assert place(server) == where


@pytest.mark.parametrize(
    "server", ["dns.test", "127.0.0.1:", "127.0.0.1:0", "[::1", ":53", "a:b:c"]
)
def test_a_resolver_that_is_none_is_refused(server: str) -> None:
    with pytest.raises(SettingsError, match="DNS_SERVER"):
        DnsResolver(server)
