"""AWS Signature Version 4 for one kind of request: POST to a fixed path, no query.

docs.aws.amazon.com/IAM, "Create a signed AWS API request".
"""

import hmac
from datetime import UTC, datetime
from hashlib import sha256

ALGORITHM = "AWS4-HMAC-SHA256"
SIGNED = "content-type;host;x-amz-content-sha256;x-amz-date"
SERVICE = "ses"


class Signer:
    """Signs with one access key for one service in one region, bodies of one type."""

    def __init__(
        self,
        access: str,
        secret: str,
        region: str,
        *,
        service: str = SERVICE,
        content_type: str = "application/json",
    ) -> None:
        self._access = access
        self._secret = secret
        self._region = region
        self._service = service
        self._content_type = content_type

    def __repr__(self) -> str:
        return f"Signer({self._region})"

    def headers(self, host: str, path: str, body: bytes, at: float) -> dict[str, str]:
        """What to send beside `content-type`; `at`: seconds since the epoch. AWS
        takes a signature for five minutes."""
        stamp = datetime.fromtimestamp(at, UTC).strftime("%Y%m%dT%H%M%SZ")
        digest = sha256(body).hexdigest()
        scope = f"{stamp[:8]}/{self._region}/{self._service}/aws4_request"
        request = "\n".join(
            (
                "POST",
                path,
                "",
                f"content-type:{self._content_type}",
                f"host:{host}",
                f"x-amz-content-sha256:{digest}",
                f"x-amz-date:{stamp}",
                "",
                SIGNED,
                digest,
            )
        )
        said = f"{ALGORITHM}\n{stamp}\n{scope}\n{sha256(request.encode()).hexdigest()}"
        signature = hmac.new(self._signing_key(stamp[:8]), said.encode(), sha256).hexdigest()
        credential = f"Credential={self._access}/{scope}"
        return {
            "host": host,
            "x-amz-content-sha256": digest,
            "x-amz-date": stamp,
            "authorization": f"{ALGORITHM} {credential}, SignedHeaders={SIGNED}, "
            f"Signature={signature}",
        }

    def _signing_key(self, day: str) -> bytes:
        key = f"AWS4{self._secret}".encode()
        for part in (day, self._region, self._service, "aws4_request"):
            key = hmac.new(key, part.encode(), sha256).digest()
        return key
