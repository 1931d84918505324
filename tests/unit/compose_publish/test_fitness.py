import pytest

from twofifty.compose.ports import Counts
from twofifty.compose.publish.fitness import unfit

BEFORE = Counts(messages=1_000, degraded=0, failed=5, bounced=20, complained=1)


@pytest.mark.parametrize(
    "now",
    [
        Counts(),
        Counts(messages=1_000, failed=5, bounced=20, complained=1),
        Counts(messages=2, degraded=2),
        Counts(messages=49, bounced=49),
        Counts(messages=50, bounced=4, failed=4),
        Counts(messages=1_000, bounced=39),
        Counts(messages=1_000, bounced=40),
        Counts(messages=1_000, complained=2),
    ],
)
def test_chance_takes_nothing_back(now: Counts) -> None:
    assert unfit(now, BEFORE) == ""


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (Counts(messages=3, degraded=3), "3 of 3 mails fell back"),
        (Counts(messages=1_000, degraded=20), "20 of 1000 mails fell back"),
        (Counts(messages=50, failed=5), "5 of 50 mails failed"),
        (
            Counts(messages=50, bounced=5),
            "5 of 50 mails bounced; of the version before, 20 of 1000",
        ),
        (Counts(messages=500, complained=3), "3 of 500 mails were complained about"),
    ],
)
def test_harm_is_told_in_words(now: Counts, words: str) -> None:
    assert words in unfit(now, BEFORE)


def test_what_was_as_bad_before_is_not_taken_back() -> None:
    assert unfit(Counts(messages=100, bounced=30), Counts(messages=100, bounced=29)) == ""
    assert unfit(Counts(messages=100, degraded=100), Counts(messages=100, degraded=100)) == ""


def test_without_a_version_before_the_bounds_alone_count() -> None:
    assert unfit(Counts(messages=50, bounced=5), Counts())
    assert not unfit(Counts(messages=1_000, bounced=19), Counts())
