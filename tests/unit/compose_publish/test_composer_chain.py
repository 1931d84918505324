import pytest

from tests.unit.compose_publish.mails import SETTING, seed
from twofifty.compose.brand import Brand
from twofifty.compose.composer import Composer, Editions
from twofifty.compose.context.error import TemplateError
from twofifty.compose.letter import Letter
from twofifty.compose.pack import Pack, builtin, pack
from twofifty.compose.publish.occasions import samples
from twofifty.compose.shelf import is_chosen

LETTER = Letter(kind="confirmation", order=samples()["small"])
BROKEN = pack({"confirmation.html.mustache": "{{#items}}"}).over(builtin())
GOOD = pack({"confirmation.subject.mustache": "Good {{number}}"}).over(builtin())
THEMELESS = pack({"theme.toml": "accent ="}).over(builtin())


def composer(**editions: Pack | int | None) -> Composer:
    made = Composer(SETTING.brand)
    made.use(Editions(**editions))  # type: ignore[arg-type]
    return made


def test_what_is_live_makes_the_mail() -> None:
    mail = composer(live=GOOD).compose(LETTER, seed())
    assert (mail.subject, mail.degraded) == ("Good #1001", "")
    assert mail.template == f"{GOOD.version}/confirmation.full/en"


def test_where_it_fails_the_version_before_makes_it_and_the_failure_is_on_record() -> None:
    mail = composer(live=BROKEN, before=GOOD).compose(LETTER, seed())
    assert mail.subject == "Good #1001"
    assert mail.template_version == GOOD.version
    assert mail.degraded.startswith(f"{BROKEN.version}: TemplateError: ")
    assert "confirmation.html.mustache, line 1" in mail.degraded


@pytest.mark.parametrize("bad", [BROKEN, THEMELESS])
def test_where_both_fail_the_built_in_pack_makes_it(bad: Pack) -> None:
    mail = composer(live=bad, before=BROKEN).compose(LETTER, seed())
    assert mail.template_version == builtin().version
    assert mail.degraded.count("TemplateError") == len({bad.version, BROKEN.version})


def test_where_all_fail_there_is_still_a_receipt() -> None:
    odd = Letter(kind="reengagement", order=samples()["small"])
    mail = composer(live=BROKEN, before=GOOD).compose(odd, seed())
    assert mail.template == "plain/reengagement.plain/en"
    assert "1001" in mail.subject
    assert "82.95" in mail.text
    assert "82.95" in mail.html
    assert mail.degraded.startswith(f"{BROKEN.version}: ")
    assert f"; {GOOD.version}: " in mail.degraded
    assert f"; {builtin().version}: " in mail.degraded


def test_a_catalog_that_cannot_be_filled_in_costs_nobody_a_mail() -> None:
    said = 'msgid ""\nmsgstr ""\n\nmsgid "subject"\nmsgstr "Order {nummer}"\n'
    wrong = pack({"locales/en.po": said}).over(builtin())
    mail = composer(live=wrong).compose(LETTER, seed())
    assert mail.subject == "Your order #1001"


def test_a_share_of_the_mails_gets_the_candidate() -> None:
    made = composer(live=builtin(), candidate=GOOD, share=30)
    for number in range(60):
        mail = made.compose(LETTER, seed(f"m_{number}"))
        chosen = is_chosen(GOOD.version, f"m_{number}", 30)
        assert (mail.template_version == GOOD.version) is chosen


def test_a_candidate_that_fails_falls_back_to_what_is_live() -> None:
    mail = composer(live=GOOD, candidate=BROKEN, share=100).compose(LETTER, seed())
    assert mail.template_version == GOOD.version
    assert mail.degraded.startswith(BROKEN.version)


def test_the_same_inputs_give_the_same_bytes() -> None:
    first, second = (composer(live=GOOD).compose(LETTER, seed()) for _ in range(2))
    assert first.mime == second.mime


def test_a_composer_is_not_made_of_what_cannot_be_compiled() -> None:
    with pytest.raises(TemplateError):
        Composer(Brand(shop_name="Shop"), own=pack({"confirmation.html.mustache": "{{#a}}"}))


def test_preparing_what_fails_hurts_nobody() -> None:
    made = composer(live=GOOD)
    made.prepare(Editions(BROKEN, before=GOOD))
    assert made.compose(LETTER, seed()).template_version == GOOD.version


def test_many_previews_do_not_pile_up() -> None:
    made = composer(live=GOOD)
    for number in range(40):
        version = pack({"confirmation.subject.mustache": f"{number}"}).over(builtin())
        assert made.compose_as(version, LETTER, seed()).subject == str(number)
    assert made.compose(LETTER, seed()).subject == "Good #1001"
