import pytest

from tests.unit.compose_publish.mails import SETTING
from twofifty.compose.letter import Letter
from twofifty.compose.library import Library, Printed
from twofifty.compose.pack import KINDS, builtin, pack
from twofifty.compose.publish.occasions import letter_for, samples

ORDER = samples()["full"]
LETTER = Letter(kind="confirmation", order=ORDER)
MJML = (
    "<mjml><mj-body><mj-section><mj-column><mj-text>Hi {{number}}</mj-text>"
    "</mj-column></mj-section></mj-body></mjml>"
)


def printed(files: dict[str, str], letter: Letter = LETTER, locale: str = "en") -> Printed:
    library = Library(pack(files).over(builtin()), SETTING.brand, "en")
    return library.print(letter, library.speak(locale))


def test_a_part_that_a_pack_lacks_is_the_built_in_one() -> None:
    mail = printed(
        {"confirmation.html.liquid": "<p>{{ order_name }}: {{ total_price | money }}</p>"}
    )
    assert mail.receipt.html == "<p>#1001: €82.95</p>"
    assert mail.receipt.text == printed({}).receipt.text
    assert mail.receipt.subject == "Your order #1001"


def test_an_own_part_takes_the_place_of_the_built_in_one_in_whatever_format() -> None:
    assert "Hi #1001" in printed({"confirmation.mjml.mustache": MJML}).receipt.html
    whole = pack({"confirmation.mjml.mustache": MJML}).over(builtin())
    assert "confirmation.full.html.mustache" not in whole.files
    assert "confirmation.full.txt.mustache" in whole.files


def test_a_template_in_liquid_may_use_the_view_models_own_names() -> None:
    mail = printed({"confirmation.html.liquid": "{{ greeting }}|{{ t.view_order }}|{{ name }}"})
    assert mail.receipt.html.endswith("|#1001")
    assert "View" in mail.receipt.html


def test_a_subject_of_its_own_is_one_line() -> None:
    mail = printed({"confirmation.subject.liquid": "A & B\r\nBcc: x {{ name }}"})
    assert mail.receipt.subject == "A & B Bcc: x #1001"


def test_partials_are_shared_by_their_names() -> None:
    files = {
        "confirmation.html.mustache": "<p>{{> greet}}</p>",
        "partials/greet.html.mustache": "{{number}}",
        "update.html.liquid": "<p>{% render 'greet' %}</p>",
        "partials/greet.html.liquid": "hello",
    }
    assert printed(files).receipt.html == "<p>#1001</p>"
    assert printed(files, letter_for("update", ORDER)).receipt.html == "<p>hello</p>"


def test_own_texts_lie_over_the_catalogs() -> None:
    said = 'msgid ""\nmsgstr ""\n\nmsgid "view_order"\nmsgstr "Zur Bestellung"\n'
    files = {"locales/de.po": said}
    assert "Zur Bestellung" in printed(files, locale="de-AT").receipt.html
    assert "Zur Bestellung" not in printed(files).receipt.html


def test_a_language_that_nobody_spoke_can_be_added() -> None:
    said = 'msgid ""\nmsgstr ""\n\nmsgid "subject"\nmsgstr "Mendo {number}"\n'
    mail = printed({"locales/eo.po": said}, locale="eo")
    assert (mail.receipt.subject, mail.locale) == ("Mendo #1001", "eo")


def test_a_layout_that_a_kind_lacks_is_the_usual_one() -> None:
    theme = {"theme.toml": 'layout = "compact"\n'}
    assert printed(theme).layout == "compact"
    assert printed(theme, letter_for("update", ORDER)).layout == "full"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", sorted(samples()))
def test_every_kind_of_every_sample_is_made_by_the_built_in_pack(kind: str, name: str) -> None:
    letter = letter_for(kind, samples()[name])  # type: ignore[arg-type]
    mail = printed({}, letter)
    assert mail.receipt.subject
    assert len(mail.receipt.html.encode()) <= 100_000
    assert mail.receipt.text.strip()


def test_a_long_mail_in_liquid_is_sent_as_it_is() -> None:
    row = "{% for line in line_items %}<p>{{ line.title }}</p>{% endfor %}" + "<i></i>" * 20_000
    letter = Letter(kind="confirmation", order=samples()["long"])
    mail = printed({"confirmation.html.liquid": row}, letter)
    assert "<p>Article 1</p>" in mail.receipt.html
    assert len(mail.receipt.html) > 100_000
