"""What the running service says of its sources."""

from collections.abc import Mapping
from typing import Any

import httpx2

from twofifty.app.canaries import door
from twofifty.app.folder import has_key, kept_key
from twofifty.settings import Settings


async def service_states(settings: Settings) -> Mapping[str, Any] | None:
    """What the running service says of its sources; None: none answers."""
    key = settings.api_key
    if not key and has_key(settings):
        key = kept_key(settings)
    try:
        async with httpx2.AsyncClient(base_url=door(settings), timeout=5) as client:
            answer = await client.get("/v1/sources", headers={"x-api-key": key})
            items = answer.json()["items"]
    except (httpx2.HTTPError, ValueError, KeyError, TypeError):
        return None
    return {item["name"]: item for item in items}
