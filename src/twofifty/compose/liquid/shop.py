"""What a template may ask for: the library's filters and tags, Shopify's, and our own."""

from twofifty.compose.liquid import filters_money, filters_shop, filters_text, numbers
from twofifty.compose.liquid.capture import Capturing, text_of
from twofifty.compose.liquid.output import Cycling, Echoing, Showing
from twofifty.compose.liquid.room import Filter, House
from twofifty.compose.liquid.ruby import marked


class Shop(House):
    """Shopify's filters, our printing tags."""

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        super().setup_tags_and_filters(extra=False)
        for name, run in self.filters.items():
            self.filters[name] = _on_text(run)
        for module in (numbers, filters_text, filters_money, filters_shop):
            self.filters.update(module.FILTERS)
        for tag in (Showing, Echoing, Cycling, Capturing):
            self.add_tag(tag)


def _on_text(run: Filter) -> Filter:
    """A filter of the library's, given the text of markup: what it returns is text again."""

    def filtered(left: object, *given: object, **named: object) -> object:
        plain = [text_of(each) if isinstance(each, str) else each for each in (left, *given)]
        return run(*plain, **named)

    return marked(filtered, run)
