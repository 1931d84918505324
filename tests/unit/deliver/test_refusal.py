"""A refusal is a hard bounce where it says that there is no such mailbox, and only there."""

import pytest

from twofifty.deliver.outcome import Reply
from twofifty.deliver.ports import Verdict
from twofifty.deliver.refusal import is_of_a_dead_address


@pytest.mark.parametrize(
    ("code", "enhanced", "dead"),
    [
        (550, "5.1.1", True),
        (550, "5.1.10", True),
        (550, "5.2.1", True),
        (550, "5.2.2", False),
        (550, "5.7.1", False),
        (550, "5.10.1", False),
        (550, None, True),
        (551, None, True),
        (553, None, True),
        (552, None, False),
        (554, None, False),
    ],
)
def test_the_enhanced_code_decides_where_there_is_one(
    code: int, enhanced: str | None, dead: bool
) -> None:
    reply = Reply(code, "no", enhanced)
    assert is_of_a_dead_address(Verdict("failed", "refused_recipient", "no", reply)) == dead


def test_only_what_is_about_the_recipient_counts() -> None:
    reply = Reply(550, "no", "5.1.1")
    assert not is_of_a_dead_address(Verdict("failed", "refused_message", "no", reply))
    assert not is_of_a_dead_address(Verdict("failed", "refused_recipient", "no"))
