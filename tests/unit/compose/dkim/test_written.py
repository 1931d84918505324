"""A mail of ours is signed without looking for what it cannot have, and just as any other."""

import re

import pytest

from tests.unit.compose.dkim.mails import AT, SIGNER
from tests.unit.compose.orders import BRAND, SEED, samples
from twofifty.compose.composer import Composer
from twofifty.compose.dkim.error import DkimError
from twofifty.compose.letter import Letter
from twofifty.compose.mime.written import Written

COMPOSER = Composer(BRAND)


@pytest.mark.parametrize("name", samples())
def test_a_mail_of_ours_is_signed_as_any_other(name: str) -> None:
    mail = COMPOSER.compose(Letter(kind="confirmation", order=samples()[name]), SEED).mime
    assert isinstance(mail, Written)
    signed = SIGNER.sign(mail, AT)
    assert isinstance(signed, Written)
    assert signed == SIGNER.sign(bytes(bytearray(mail)), AT)
    for one in (mail, signed):
        assert not re.search(rb"[ \t]\r\n|\r(?!\n)|(?<!\r)\n|\n\.|\A\.|\0", one)


def test_other_bytes_are_looked_at() -> None:
    mail = COMPOSER.compose(Letter(kind="confirmation", order=samples()["minimal"]), SEED).mime
    with pytest.raises(DkimError, match="line ends"):
        SIGNER.sign(mail.replace(b"\r\n", b"\n", 1), AT)
