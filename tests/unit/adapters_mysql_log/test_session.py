import pytest
from pymysql import err

from twofifty.adapters.mysql_log import faults, log, server
from twofifty.adapters.mysql_log.session import Address, address
from twofifty.errors import LogLost, ShopBusy, ShopError


def test_an_address_is_read_with_its_signs_unescaped() -> None:
    found = address("mysql://re%40der:p%2Fw@db.example.com:3307/my%20shop?ssl_ca=/etc/ca.pem")
    assert found == Address("db.example.com", 3307, "re@der", "p/w", "my shop", "", "/etc/ca.pem")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "postgresql://db.example.com/shop",
        "mysql://db.example.com",
        "mysql:///shop",
        "mysql://db.example.com:x/shop",
        "mysql://db.example.com/shop?sslmode=require",
    ],
)
def test_an_address_that_leads_nowhere_is_said_without_its_password(url: str) -> None:
    with pytest.raises(ShopError) as caught:
        address(url.replace("://", "://user:pass-word@"))
    assert "pass-word" not in str(caught.value)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (err.OperationalError(1236, "Could not find first log file name"), LogLost),
        (err.OperationalError(1236, "the master has purged required binary logs"), LogLost),
        (err.OperationalError(1236, "A slave with the same server_uuid/server_id as"), ShopBusy),
        (err.OperationalError(4052, "A slave with the same server_uuid/server_id is"), ShopBusy),
        (err.OperationalError(1236, "log event entry exceeded max_allowed_packet"), ShopError),
        (err.OperationalError(2013, "Lost connection"), ShopBusy),
        (err.OperationalError(2003, "Can't connect"), ShopBusy),
        (err.OperationalError(1040, "Too many connections"), ShopBusy),
        (err.OperationalError(1045, "Access denied"), ShopError),
        (err.OperationalError(1142, "SELECT command denied"), ShopError),
        (err.ProgrammingError(1146, "Table doesn't exist"), ShopError),
        (err.InterfaceError(0, ""), ShopBusy),
        (err.InternalError("Packet sequence number wrong"), ShopBusy),
        (err.DataError(), ShopError),
    ],
)
def test_every_error_says_whether_to_wait(fault: err.MySQLError, kind: type[ShopError]) -> None:
    assert type(faults.meaning(fault)) is kind


def test_a_broken_line_is_a_reason_to_wait() -> None:
    with pytest.raises(ShopBusy), faults.translated():
        raise ConnectionResetError


@pytest.mark.parametrize(
    ("said", "numbers"),
    [
        ("10.11.6-MariaDB-0+deb12u1-log", (10, 11, 6)),
        ("8.4.2", (8, 4, 2)),
        ("5.7.44-48-log", (5, 7, 44)),
    ],
)
def test_a_version_is_its_numbers(said: str, numbers: tuple[int, ...]) -> None:
    assert server.version(said) == numbers


def test_a_readers_number_is_its_own_at_every_start() -> None:
    one = log.server_id("shop", "mysql://db.example.com/shop")
    assert one == log.server_id("shop", "mysql://db.example.com/shop")
    assert one != log.server_id("other", "mysql://db.example.com/shop")
    assert 1_000_000_000 <= one < 2**32
