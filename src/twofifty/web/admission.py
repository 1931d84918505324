"""Who may use an operation of the API."""

from starlette.requests import Request

from twofifty.web.keys import presented
from twofifty.web.operation import Auth
from twofifty.web.problem import trouble
from twofifty.web.services import Services
from twofifty.web.switch import Admit


def anyone(services: Services, request: Request) -> str:
    """No key is asked for."""
    return ""


def with_key(services: Services, request: Request) -> str:
    """The key's holder. Raises Trouble 401."""
    name = services.keys.allows(presented(request.scope["headers"]))
    if name is None:
        raise trouble("unauthorized", "Send the API key as `Authorization: Bearer KEY`.")
    return f"key:{name}"


def for_metrics(services: Services, request: Request) -> str:
    """Anyone where the service is reached from this machine only, else the key's holder."""
    return "" if services.facts.metrics_open else with_key(services, request)


ADMIT: dict[Auth, Admit] = {
    "key": with_key,
    "metrics": for_metrics,
    "signature": anyone,
    "none": anyone,
}
