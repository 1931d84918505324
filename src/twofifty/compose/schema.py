"""What our schema.org markups are made of."""

import msgspec


class Node(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """What is absent or empty is left out."""


class Organization(Node, frozen=True, tag_field="@type", tag="Organization"):
    """A shop or a carrier."""

    name: str


class Product(Node, frozen=True, tag_field="@type", tag="Product"):
    """What was bought."""

    name: str
    sku: str = ""
    url: object = None
    image: object = None


class PostalAddress(Node, frozen=True, tag_field="@type", tag="PostalAddress"):
    """An address; `address_country`: its ISO code where known."""

    name: str = ""
    street_address: str = ""
    address_locality: str = ""
    address_region: str = ""
    postal_code: str = ""
    address_country: str = ""
