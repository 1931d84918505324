"""A page of somebody who is logged in: what every one of them shows."""

from urllib.parse import urlencode

from starlette.responses import Response

from twofifty.web.console.access import token_of
from twofifty.web.page import page
from twofifty.web.visit import Visit


def shown(visit: Visit, template: str, status: int = 200, **values: object) -> Response:
    """`template` with the time, the forms' token and what the navigation needs."""
    return page(
        template,
        status,
        now=visit.services.clock.now(),
        csrf=token_of(visit),
        base_url=visit.services.facts.base_url,
        with_templates=visit.services.templates is not None,
        with_mailbox=visit.services.mailbox is not None,
        with_care=visit.services.care is not None,
        with_broker=visit.services.carrier is not None,
        **values,
    )


def older(visit: Visit, cursor: int | None) -> str:
    """The link to the next page of a list: this query with another cursor; '' at the end."""
    if cursor is None:
        return ""
    kept = [pair for pair in visit.request.query_params.multi_items() if pair[0] != "before"]
    return "?" + urlencode([*kept, ("before", str(cursor))])
