"""Saleor's GraphQL API (https://docs.saleor.io/api-usage/overview), 3.14 and later.

`api_url` is the shop's, as `https://shop.example.com/graphql/`; `api_key` the token of an app with
the permission MANAGE_ORDERS, which also makes that app's own webhooks. ORDER_UPDATED is sent for
every change of an order, so few topics are enough.
"""

from datetime import datetime

import msgspec

from twofifty.intake import loose, strict
from twofifty.intake.node import Node
from twofifty.intake.shop import Access, Ask, Dialogue, Page, Registered, bearer, document, stamp

_PER_PAGE = 25
_FIELDS = """
fragment Money on TaxedMoney { currency gross { amount } net { amount } tax { amount } }
fragment Place on Address { firstName lastName companyName streetAddress1 streetAddress2 city
  postalCode countryArea country { code } phone }
fragment Whole on Order {
  id number status created updatedAt languageCode displayGrossPrices userEmail customerNote
  isPaid paymentStatus chargeStatus authorizeStatus shippingMethodName collectionPointName
  channel { slug currencyCode } user { id firstName lastName }
  billingAddress { ...Place } shippingAddress { ...Place }
  total { ...Money } subtotal { ...Money } shippingPrice { ...Money }
  totalCharged { amount } totalRefunded { amount } giftCards { id }
  discounts { type name translatedName reason amount { amount } }
  lines { id productName variantName translatedProductName translatedVariantName productSku
    quantity isShippingRequired thumbnail(size: 256) { url }
    variant { product { id productType { kind } } }
    unitPrice { ...Money } undiscountedUnitPrice { ...Money } totalPrice { ...Money } }
  fulfillments { id status created trackingNumber lines { quantity orderLine { id } } }
  transactions { name pspReference authorizedAmount { amount } chargedAmount { amount }
    events { id type pspReference createdAt message amount { amount } } }
  payments { gateway paymentMethodType isActive chargeStatus pspReference total { amount } }
}
"""
_ORDER = "query ($id: ID!) { order(id: $id) { ...Whole } }" + _FIELDS
_CHANGED = (
    "query ($since: DateTime!, $after: String, $first: Int!) { orders(first: $first, after: $after,"
    " filter: {updatedAt: {gte: $since}}, sortBy: {field: LAST_MODIFIED_AT, direction: ASC})"
    " { edges { node { ...Whole } } pageInfo { hasNextPage endCursor } } }" + _FIELDS
)
_HOOKS = "{ app { webhooks { id targetUrl isActive asyncEvents { eventType } } } }"
_REGISTER = (
    "mutation ($input: WebhookCreateInput!) { webhookCreate(input: $input)"
    " { webhook { id } errors { message } } }"
)
_EVENTS = {
    "ORDER_CREATED": "OrderCreated",
    "ORDER_UPDATED": "OrderUpdated",
    "ORDER_CONFIRMED": "OrderConfirmed",
    "ORDER_CANCELLED": "OrderCancelled",
    "ORDER_FULLY_PAID": "OrderFullyPaid",
}


class SaleorShop:
    """A Shop: see `intake.shop`."""

    topics: tuple[str, ...] = tuple(_EVENTS)

    def order(self, access: Access, order_id: str) -> Dialogue[bytes | None]:
        data = yield from _asked(access, _ORDER, id=order_id)
        return document({"order": data.raw("order")}) if data.raw("order") else None

    def changed(self, access: Access, since: datetime, cursor: str) -> Dialogue[Page]:
        after = cursor or None
        asked = {"since": stamp(since), "after": after, "first": _PER_PAGE}
        data = yield from _asked(access, _CHANGED, **asked)
        nodes = [each.at("node") for each in data.each("orders.edges")]
        more = data.true("orders.pageInfo.hasNextPage")
        documents = tuple(document({"order": each.value}) for each in nodes if each)
        return Page(documents, data.text("orders.pageInfo.endCursor") if more else None)

    def hooks(self, access: Access) -> Dialogue[tuple[Registered, ...]]:
        data = yield from _asked(access, _HOOKS)
        return tuple(
            Registered(
                each.needed_key("id"),
                event.text("eventType") or "",
                each.text("targetUrl") or "",
                each.stated("isActive") is not False,
            )
            for each in data.each("app.webhooks")
            for event in each.each("asyncEvents")
        )

    def register(
        self, access: Access, topics: tuple[str, ...], url: str, secret: str
    ) -> Dialogue[tuple[str, ...]]:
        """One webhook for all topics. Saleor signs it with its own key: there is no secret."""
        events = [f"... on {_EVENTS[topic]} {{ order {{ ...Whole }} }}" for topic in topics]
        hook = {
            "name": "twofifty",
            "targetUrl": url,
            "isActive": True,
            "asyncEvents": topics,
            "query": f"subscription {{ event {{ __typename {' '.join(events)} }} }}{_FIELDS}",
        }
        data = yield from _asked(access, _REGISTER, input=hook)
        if data.raw("webhookCreate.webhook") is None:
            said = data.text("webhookCreate.errors.0.message") or "Saleor said nothing"
            raise loose.Unreadable(None, f"a webhook must be made: {said}")
        return ()


def _asked(access: Access, query: str, **variables: object) -> Dialogue[Node]:
    """The data of a reply; Unreadable with the API's own words where it has none."""
    body = msgspec.json.encode({"query": query, "variables": variables})
    headers = {**bearer(access.key), "content-type": "application/json"}
    reply = yield Ask(access.url, "POST", headers, body)
    found = Node(strict.tree(reply.body))
    if "data" not in found and reply.status != 404:
        said = found.text("errors.0.message") or "it says nothing"
        raise loose.Unreadable(None, f"the API must answer with data: {said}")
    return found.at("data")
