"""What came of composing a past mail again."""

import msgspec


class Again(msgspec.Struct, frozen=True, omit_defaults=True):
    """`identical`: byte for byte. Where it is not, `reason` says why and `difference` which lines
    differ. `template`: what made the mail; `engine`: the product's version then."""

    message_id: str
    identical: bool
    template: str = ""
    engine: str = ""
    reason: str = ""
    difference: tuple[str, ...] = ()
