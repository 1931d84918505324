"""A sample order before any platform's spelling: whole numbers of the smallest unit of money."""

import msgspec

from twofifty.testing.samples.catalogue import DOWNLOAD, MARKETS, PRODUCTS, Market, Product

CODE = "WELCOME10"


class Item(msgspec.Struct, frozen=True):
    """A line. `discount` is its own, `share` its part of the order's discount, `tax` what is due
    on what remains."""

    product: Product
    variant: str
    quantity: int
    discount: int
    share: int
    tax: int

    @property
    def gross(self) -> int:
        """Before any discount."""
        return self.quantity * self.product.price

    @property
    def total(self) -> int:
        """After its own discount."""
        return self.gross - self.discount

    @property
    def net(self) -> int:
        """After all discounts."""
        return self.total - self.share


class Basket(msgspec.Struct, frozen=True):
    """Order number `i`, in the market and with the quirks that `i` falls on."""

    i: int
    market: Market
    items: tuple[Item, ...]
    shipping: int
    shipping_tax: int

    @property
    def subtotal(self) -> int:
        """The lines after their own discounts."""
        return sum(item.total for item in self.items)

    @property
    def discount(self) -> int:
        """What the code takes off the order, beyond the lines' own discounts."""
        return sum(item.share for item in self.items)

    @property
    def tax(self) -> int:
        """Of goods and shipping."""
        return sum(item.tax for item in self.items) + self.shipping_tax

    @property
    def total(self) -> int:
        """What is to be paid, by whatever means."""
        added = 0 if self.market.tax_included else self.tax
        return self.subtotal - self.discount + self.shipping + added

    @property
    def email(self) -> str:
        """One of its own for each order."""
        return f"{self.market.person.slug}.{self.i}@example.test"


def basket(i: int, lines: int | None = None) -> Basket:
    """The same for the same `i`. Without `lines` there are one to four."""
    market = MARKETS[i % len(MARKETS)]
    count = 1 + i % 4 if lines is None else lines
    shipping = market.shipping if i % 4 else 0
    return Basket(
        i=i,
        market=market,
        items=tuple(_item(i, k, market) for k in range(count)),
        shipping=shipping,
        shipping_tax=tax_in(shipping, market),
    )


def tax_in(amount: int, market: Market) -> int:
    """The tax on `amount`, or in it where prices include tax; half a unit is rounded up."""
    base = 10_000 + market.tax if market.tax_included else 10_000
    return (2 * amount * market.tax + base) // (2 * base)


def _item(i: int, k: int, market: Market) -> Item:
    """Every seventh order has a download as its second line, every fourth a discount on its
    first line, every third a code that takes a tenth off."""
    product = DOWNLOAD if (k, i % 7) == (1, 3) else PRODUCTS[(3 * i + k) % len(PRODUCTS)]
    quantity = 1 if product.digital else 1 + (i + k) % 3
    gross = quantity * product.price
    discount = gross // 5 if (k, i % 4) == (0, 2) else 0
    share = (gross - discount) // 10 if i % 3 == 1 else 0
    return Item(
        product=product,
        variant=product.variants[i % len(product.variants)] if product.variants else "",
        quantity=quantity,
        discount=discount,
        share=share,
        tax=tax_in(gross - discount - share, market),
    )
