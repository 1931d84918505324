"""The proof that eBay asks of a notification URL before it sends anything there.

https://developer.ebay.com/marketplace-account-deletion: `GET URL?challenge_code=...` is answered
with `{"challengeResponse": ...}` as JSON.
"""

import hashlib
import json
import re
from urllib.parse import parse_qs, urlsplit

from twofifty.intake.ports import Hook, Trust

_CODE = re.compile(r"[A-Za-z0-9_-]{1,200}")


def greeting(hook: Hook, trust: Trust) -> bytes | None:
    """The body that eBay wants to read; None where it asks for nothing, or no `verification_token`
    is set."""
    asked = urlsplit(hook.url)
    code = parse_qs(asked.query).get("challenge_code", [""])[0]
    token = trust.options.get("verification_token", "")
    if not token or not _CODE.fullmatch(code):
        return None
    said = answer(code, token, asked._replace(query="").geturl())
    return json.dumps({"challengeResponse": said}).encode()


def answer(code: str, verification_token: str, endpoint: str) -> str:
    """The response, in hexadecimal digits. `endpoint` is the URL as eBay was told it."""
    return hashlib.sha256(f"{code}{verification_token}{endpoint}".encode()).hexdigest()
