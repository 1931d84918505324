from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from twofifty.compose.ports import Action, Publication
from twofifty.compose.shelf import Standing, is_chosen, standing

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def said(action: Action, version: str, share: int = 100, scope: str = "") -> Publication:
    return Publication(
        at=NOON, scope=scope, action=action, version=version, share=share, actor="kim", note=""
    )


def now(*publications: Publication, scope: str = "") -> tuple[str, str | None, int, str]:
    found = standing(publications, scope)
    return found.live, found.candidate, found.share, found.before()


def test_without_publications_the_built_in_pack_is_live() -> None:
    assert standing((), "") == Standing()


def test_a_promotion_is_live_and_what_was_before_is_remembered() -> None:
    assert now(said("promote", "a"), said("promote", "b")) == ("b", None, 0, "a")


def test_a_canary_leaves_what_is_live() -> None:
    assert now(said("promote", "a"), said("canary", "b", 10)) == ("a", "b", 10, "")


def test_a_share_of_nought_ends_a_canary() -> None:
    assert now(said("canary", "b", 10), said("canary", "b", 0)) == ("", None, 0, "")


def test_promoting_a_canary_ends_it() -> None:
    assert now(said("canary", "b", 10), said("promote", "b")) == ("b", None, 0, "")


def test_rollbacks_go_further_back_each_time() -> None:
    told = [said("promote", "a"), said("promote", "b"), said("promote", "c")]
    assert now(*told, said("rollback", "b")) == ("b", None, 0, "a")
    assert now(*told, said("rollback", "b"), said("rollback", "a")) == ("a", None, 0, "")


def test_a_rollback_to_what_is_live_ends_the_canary_only() -> None:
    told = [said("promote", "a"), said("promote", "b"), said("canary", "c", 5)]
    assert now(*told, said("automatic", "b")) == ("b", None, 0, "a")


def test_a_source_with_its_own_publications_does_not_follow_the_others() -> None:
    told = [said("promote", "a"), said("promote", "b", scope="second")]
    assert now(*told, scope="second") == ("b", None, 0, "")
    assert now(*told, scope="first") == ("a", None, 0, "")


@given(st.text(), st.integers(0, 100))
def test_who_is_chosen_stays_chosen_as_the_share_grows(message: str, share: int) -> None:
    chosen = [is_chosen("abc", message, each) for each in range(share, 101)]
    assert chosen == sorted(chosen)
    assert is_chosen("abc", message, 100)
    assert not is_chosen("abc", message, 0)


def test_a_share_is_that_share() -> None:
    chosen = sum(is_chosen("abc", f"m_{number}", 10) for number in range(10_000))
    assert 900 < chosen < 1_100


def test_another_candidate_chooses_others() -> None:
    one = {number for number in range(1_000) if is_chosen("abc", f"m_{number}", 10)}
    other = {number for number in range(1_000) if is_chosen("xyz", f"m_{number}", 10)}
    assert len(one & other) < len(one) / 2
