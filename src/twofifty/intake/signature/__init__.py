"""How platforms sign their webhooks: a scheme a file, all of them values.

    from twofifty.intake import signature

    signature.Hashed("x-shopify-hmac-sha256")

A scheme verifies a `Hook` against a `Trust` (see `intake.ports`), signs as the platform would where
the secret is shared, and says where its signature stands (`Marked`).
"""

from twofifty.intake.signature.adyen import AdyenJoined
from twofifty.intake.signature.basic import Basic
from twofifty.intake.signature.ebay import EbayKey
from twofifty.intake.signature.either import Any
from twofifty.intake.signature.hashed import Hashed
from twofifty.intake.signature.jws import JwsDetached
from twofifty.intake.signature.marked import Marked, NotSignable
from twofifty.intake.signature.paypal import PayPalCertificate
from twofifty.intake.signature.sendgrid import SendGridSigned
from twofifty.intake.signature.shared_token import Token
from twofifty.intake.signature.shopware import ShopwareSigned
from twofifty.intake.signature.sns import SnsSigned
from twofifty.intake.signature.stamped import Stamped
from twofifty.intake.signature.stamped_headers import StampedHeaders
from twofifty.intake.signature.standard_webhooks import StandardWebhooks
from twofifty.intake.signature.twilio import TwilioForm

__all__ = [
    "AdyenJoined",
    "Any",
    "Basic",
    "EbayKey",
    "Hashed",
    "JwsDetached",
    "Marked",
    "NotSignable",
    "PayPalCertificate",
    "SendGridSigned",
    "ShopwareSigned",
    "SnsSigned",
    "Stamped",
    "StampedHeaders",
    "StandardWebhooks",
    "Token",
    "TwilioForm",
]
