"""What a Liquid template is given."""

from twofifty.compose.reader import Reader


class ShopView(dict[str, object]):
    """Shopify's variables, and the reader whose money and dates its filters write."""

    def __init__(self, names: dict[str, object], reader: Reader) -> None:
        super().__init__(names)
        self.reader = reader
