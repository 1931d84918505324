"""What `BROKER_URL` may say for RabbitMQ, and what it is told where it cannot be used."""

from pathlib import Path

import pytest

from twofifty.adapters.rabbitmq.address import Limits, address_of, check_broker_url
from twofifty.errors import SettingsError


def test_a_plain_url_says_where_and_who() -> None:
    address = address_of("amqp://shop:s%40crt@mq.example.com:5673/orders?prefix=shop-1&prefetch=8")
    assert address.hosts == (("mq.example.com", 5673),)
    assert (address.user, address.password) == ("shop", "s@crt")
    assert (address.vhost, address.prefix) == ("orders", "shop-1")
    assert address.limits == Limits(prefetch=8)
    assert address.context() is None


def test_what_is_not_said_is_as_rabbitmq_is_installed() -> None:
    address = address_of("amqp://localhost")
    assert address.hosts == (("localhost", 5672),)
    assert (address.user, address.password, address.vhost) == ("guest", "guest", "/")
    assert address.prefix == "twofifty"


@pytest.mark.parametrize(
    ("path", "vhost"), [("", "/"), ("/", "/"), ("/%2f", "/"), ("/shop", "shop"), ("/a%2Fb", "a/b")]
)
def test_a_virtual_host_is_the_path(path: str, vhost: str) -> None:
    assert address_of(f"amqp://localhost{path}").vhost == vhost


def test_several_hosts_are_one_broker() -> None:
    address = address_of("amqp://u:p@one.example.com,two.example.com:5673,[::1]/v")
    assert address.hosts == (
        ("one.example.com", 5672),
        ("two.example.com", 5673),
        ("::1", 5672),
    )


def test_tls_has_its_own_port_and_trusts_the_system() -> None:
    address = address_of("amqps://u:p@mq.example.com/v")
    assert address.hosts == (("mq.example.com", 5671),)
    context = address.context()
    assert context is not None
    assert context.check_hostname


def test_nobody_is_shown_the_password() -> None:
    assert "secret" not in address_of("amqp://u:secret@mq.example.com/v").named()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("redis://localhost", "begin with amqp:// or amqps://"),
        ("amqp://", "names no host"),
        ("amqp://u:p@/v", "names no host"),
        ("amqp://localhost:port", "Port"),
        ("amqp://localhost?prefetch=0", "prefetch=0"),
        ("amqp://localhost?prefetch=many", "prefetch=many"),
        ("amqp://localhost?heartbeat=100000", "heartbeat=100000"),
        ("amqp://localhost?prefetsch=1", "no option 'prefetsch'"),
        ("amqp://localhost?prefix=", "prefix=''"),
        ("amqp://localhost?prefix=a/b", "prefix='a/b'"),
        ("amqp://localhost?auth=kerberos", "auth=kerberos"),
        ("amqp://localhost?ca=x", "ca= is for amqps:// only"),
        ("amqp://localhost?heartbeat", "?"),
    ],
)
def test_a_url_that_cannot_be_used_says_why_and_how_it_is_written(url: str, said: str) -> None:
    with pytest.raises(SettingsError) as fault:
        check_broker_url(url)
    assert "BROKER_URL" in str(fault.value)
    assert "amqp://user:password@host:5672/vhost" in str(fault.value)
    assert said.strip("?") in str(fault.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no such file"):
        check_broker_url(f"amqps://localhost?ca={tmp_path}/none.pem")


def test_a_file_that_is_no_certificate_is_named(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing")
    with pytest.raises(SettingsError, match=r"ca\.pem cannot be used for TLS"):
        check_broker_url(f"amqps://localhost?ca={tmp_path}/ca.pem")
