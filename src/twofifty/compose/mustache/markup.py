"""Text that is markup already."""


class Markup(str):
    """HTML made by this program, never by a customer or a shop.

    The only kind of value that `{{{x}}}` leaves as it is in the product's dialect. Make one only
    from literals and from text that was escaped on the way in.
    """

    __slots__ = ()
