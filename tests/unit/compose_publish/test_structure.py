from base64 import encodebytes

import msgspec

from tests.unit.compose_publish.mails import SETTING, seed
from twofifty.compose.composed import Composed
from twofifty.compose.composer import Composer
from twofifty.compose.letter import Letter
from twofifty.compose.mime.body import Body
from twofifty.compose.pack import builtin, pack
from twofifty.compose.publish.occasions import samples
from twofifty.compose.publish.structure import facts, outline, strays

ORDER = samples()["small"]
COMPOSER = Composer(SETTING.brand)
TOLD = facts(ORDER, COMPOSER.library(builtin()).speak("en"))


def mail(files: dict[str, str]) -> Composed:
    letter = Letter(kind="confirmation", order=ORDER)
    return COMPOSER.compose_as(pack(files).over(builtin()), letter, seed())


LIVE = mail({})


def with_html(html: str) -> Composed:
    page = Body("base64", encodebytes(html.encode()))
    return msgspec.structs.replace(LIVE, parts=(LIVE.parts[0], page))


def told(after: Composed) -> list[tuple[str, str]]:
    return [(each.code, each.text) for each in strays(LIVE, after, TOLD)]


def test_what_is_the_same_has_no_difference() -> None:
    assert told(LIVE) == []


def test_facts_that_vanish_are_told_part_by_part() -> None:
    codes = told(mail({"confirmation.html.mustache": "<p>{{number}}</p>"}))
    assert ("fact", "the total is not in the HTML any more") in codes
    assert ("fact", "a line's title is not in the HTML any more") in codes
    assert not any("number" in text for _, text in codes)
    bare = told(mail({"confirmation.txt.mustache": "thanks"}))
    assert ("fact", "the order's number is not in the text any more") in bare


def test_a_fact_in_a_style_sheet_or_title_is_no_fact() -> None:
    hidden = "<head><title>{{number}}</title><style>/* #1001 */</style></head><p>x</p>"
    codes = told(mail({"confirmation.html.mustache": hidden}))
    assert ("fact", "the order's number is not in the HTML any more") in codes


def test_another_subject_is_told() -> None:
    codes = told(mail({"confirmation.subject.mustache": "Hi {{number}}"}))
    assert codes == [("subject", "the subject is another: Hi #1001")]


def test_links_and_pictures_are_told_without_their_queries() -> None:
    page = LIVE.html.replace("orders/1001", "elsewhere")
    after = with_html(page.replace("</body>", "<img src='http://a.example/b?c=d'></body>"))
    codes = told(after)
    assert ("link", "https://shop.example.test/orders/1001 leads nowhere any more") in codes
    assert ("image", "http://a.example/b is a new picture") in codes


def test_a_mail_that_grows_by_more_than_a_quarter_is_told() -> None:
    after = with_html(LIVE.html + "<i></i>" * 2_000)
    assert told(after) == [("size", "the HTML is more than a quarter larger")]


def test_an_outline_reads_what_a_person_sees() -> None:
    found = outline("<p>a&amp;b <b>c</b>\n d</p><script>x</script><style>y</style>")
    assert found.words == "a&b c d"
