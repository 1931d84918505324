"""Every catalog is complete, fits its placeholders and plurals, and opens in translators' tools."""

import re
import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

import twofifty.compose.texts as room
from twofifty.compose.fonts import script
from twofifty.compose.texts import SOURCE, categories, languages

FOLDER = Path(room.__file__).parent
OTHERS = [language for language in languages() if language != SOURCE]
LONGEST_BUTTON = 34
BUTTONS = ("view_order", "track_parcel", "page_send_again")

# Short words that some languages share with English, and names.
SHARED_WORDS = re.compile(
    r"(?:PayPal|Subtotal|Total|SKU|Status|Parcel|Cash|Gratis|E-mail|\[Test\]|Details|Version"
    r"|\{title\} \(\{rate\}\)|\{name\}|\{count\}|Tip|Discount|Note|Rabatt|Invoice|Code|Reason)"
)
# More than this share of a catalog is never English by chance.
MOST_SHARED = 0.1
ODD = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x1f]")


def catalog(language: str) -> Catalog:
    with (FOLDER / f"{language}.po").open("rb") as stored:
        return read_po(stored, locale=language, charset="utf-8", abort_invalid=True)


def messages(language: str) -> dict[str, Message]:
    return {name(message): message for message in catalog(language) if message.id}


def name(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def forms(message: Message) -> tuple[str, ...]:
    said = message.string
    return (said,) if isinstance(said, str) else tuple(said or ())


def holes(text: str) -> set[str]:
    return set(re.findall(r"\{(\w*)\}", text))


ENGLISH = messages(SOURCE)


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalog_says_everything_that_english_says_and_nothing_else(language: str) -> None:
    own = messages(language)
    assert own.keys() == ENGLISH.keys()
    assert [key for key, message in own.items() if message.fuzzy or not all(forms(message))] == []


@pytest.mark.parametrize("language", OTHERS)
def test_placeholders_are_those_of_english(language: str) -> None:
    for key, message in messages(language).items():
        wanted = holes(" ".join(forms(ENGLISH[key])))
        for form, category in zip(forms(message), categories(language), strict=False):
            # a form for exactly one, two or none may leave the number out
            spare = (
                {"count"} if message.pluralizable and category in ("zero", "one", "two") else set()
            )
            assert wanted - spare <= holes(form) <= wanted, key


@pytest.mark.parametrize("language", languages())
def test_plural_forms_are_exactly_cldr_s_categories(language: str) -> None:
    assert catalog(language).num_plurals == len(categories(language))
    for key, message in messages(language).items():
        if message.pluralizable:
            assert len(forms(message)) == len(categories(language)), key


@pytest.mark.parametrize("language", languages())
def test_texts_hold_no_invisible_signs_markup_or_edges(language: str) -> None:
    for key, message in messages(language).items():
        for form in forms(message):
            assert not ODD.search(form), key
            assert form == form.strip(), key
            assert not re.search(r"[<>]|\{\{|\}\}|&\w+;|  ", form), key


@pytest.mark.parametrize("language", languages())
def test_buttons_fit_on_a_phone(language: str) -> None:
    own = messages(language)
    assert [key for key in BUTTONS if len(forms(own[key])[0]) > LONGEST_BUTTON] == []


@pytest.mark.parametrize("language", OTHERS)
def test_no_english_is_left_over(language: str) -> None:
    own = messages(language)
    same = [key for key, message in own.items() if message.string == ENGLISH[key].string]
    unlike = [key for key in same if not SHARED_WORDS.fullmatch(forms(own[key])[0])]
    assert len(unlike) <= MOST_SHARED * len(own), unlike
    assert [key for key in unlike if len(forms(own[key])[0]) > 24] == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalog_is_in_the_script_of_its_formats(language: str) -> None:
    letters = "".join(form for message in messages(language).values() for form in forms(message))
    found = {kind: len(re.findall(signs, letters)) for kind, signs in SCRIPTS.items()}
    written = script(Locale.parse(language))
    assert max(found, key=lambda kind: found[kind]) == SAME_SIGNS.get(written, written)


SCRIPTS = {
    "Latn": "[a-zA-ZÀ-ɏ]",
    "Cyrl": "[Ѐ-ӿ]",
    "Grek": "[Ͱ-Ͽ]",
    "Arab": "[؀-ۿ]",
    "Hebr": "[֐-׿]",
    "Deva": "[ऀ-ॿ]",
    "Beng": "[ঀ-৿]",
    "Taml": "[஀-௿]",
    "Thai": "[฀-๿]",
    "Armn": "[԰-֏]",
    "Geor": "[Ⴀ-ჿ]",
    "Kore": "[가-힣]",
    "Hani": "[぀-ヿ一-鿿]",
}
SAME_SIGNS = {"Jpan": "Hani", "Hans": "Hani", "Hant": "Hani"}


@pytest.mark.parametrize("language", languages())
def test_a_catalog_survives_translators_tools(language: str) -> None:
    own = catalog(language)
    written = BytesIO()
    write_po(written, own, width=0)
    again = read_po(BytesIO(written.getvalue()), locale=language, charset="utf-8")
    assert [(each.id, each.string) for each in again] == [(each.id, each.string) for each in own]
    assert f"Language: {language}\\n" in (FOLDER / f"{language}.po").read_text(encoding="utf-8")


@pytest.mark.skipif(shutil.which("msgfmt") is None, reason="gettext's tools are not here")
@pytest.mark.parametrize("language", languages())
def test_gettext_finds_no_fault(language: str, tmp_path: Path) -> None:
    command = ("msgfmt", "--check", "-o", str(tmp_path / "out.mo"), str(FOLDER / f"{language}.po"))
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
