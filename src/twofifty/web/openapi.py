"""OpenAPI 3.1 from a table of operations; the schemas are msgspec's. Pure."""

import re
from collections.abc import Iterable
from typing import Any

import msgspec

from twofifty.web.operation import Operation, Said
from twofifty.web.parameters import properties
from twofifty.web.problem import CONTENT_TYPE, ProblemDocument

Json = dict[str, Any]

_REF = "#/components/schemas/{name}"
_PLACE = re.compile(r"{(\w+)}")
_PLACES = {
    "source": "the source's name",
    "id": "its id, percent-encoded",
    "token": "as in the mail",
    "provider": "its name in the settings",
    "version": "its name, or the beginning of it; `live`; `builtin`",
}
# Operations whose body may be empty.
_FREE = ("postUnsubscribe", "resendMessage", "promoteTemplates", "rollBackTemplates", "finishTask")
_ERRORS = {
    400: "malformed",
    401: "no key, or a wrong one or a bad signature",
    404: "not there",
    409: "not possible in this state, or used before with other content",
    408: "the body took too long to come",
    413: "over 1 MiB",
    415: "neither plain nor gzip",
    422: "understood but not usable",
    503: "the store cannot take it now; see Retry-After",
}
_SECURITY: dict[str, list[Json]] = {
    "key": [{"bearer": []}, {"header": []}],
    "metrics": [{}, {"bearer": []}, {"header": []}],
    "signature": [],
    "none": [],
}


def openapi(operations: Iterable[Operation], server: str, version: str) -> Json:
    """The document. Every operation's types appear under `components`, under their own names."""
    table = tuple(operations)
    kinds = _kinds(table)
    described, components = msgspec.json.schema_components(kinds, ref_template=_REF)
    schemas = dict(zip(kinds, described, strict=True))
    paths: dict[str, Json] = {}
    for operation in table:
        entry = paths.setdefault(operation.path, {})
        entry[operation.method.lower()] = _operation(operation, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "twofifty", "version": version, "description": _ABOUT},
        "servers": [{"url": server}],
        "paths": paths,
        "components": {"schemas": components, "securitySchemes": _SCHEMES},
    }


_ABOUT = (
    "Turns order events from any shop into confirmations that surely arrive, exactly once. "
    "Every error is a problem document (RFC 9457). Times are RFC 3339, money is a decimal string."
)
_SCHEMES: Json = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
}


def _kinds(operations: tuple[Operation, ...]) -> tuple[Any, ...]:
    """Every type that a body has, once, in order."""
    said = [body for op in operations for body in (op.takes, *op.says.values()) if body]
    return tuple(dict.fromkeys([ProblemDocument, *(body.kind for body in said if body.kind)]))


def _operation(operation: Operation, schemas: dict[Any, Json]) -> Json:
    described: Json = {
        "operationId": operation.name,
        "tags": [operation.tag],
        "summary": operation.summary,
        "security": _SECURITY[operation.auth],
        "responses": _responses(operation, schemas),
    }
    if operation.detail:
        described["description"] = operation.detail
    if parameters := [*_path(operation), *_query(operation), *_headers(operation)]:
        described["parameters"] = parameters
    if operation.takes:
        required = operation.name not in _FREE
        described["requestBody"] = {"required": required, **_content(operation.takes, schemas)}
    return described


def _responses(operation: Operation, schemas: dict[Any, Json]) -> Json:
    problem = {"content": {CONTENT_TYPE: {"schema": schemas[ProblemDocument]}}}
    answers = {
        str(status): {"description": said.text, **_content(said, schemas)}
        for status, said in operation.says.items()
    }
    for status in sorted({*_always(operation), *operation.errors}):
        answers[str(status)] = {"description": _ERRORS[status], **problem}
    return answers | {"default": {"description": "any other fault", **problem}}


def _always(operation: Operation) -> tuple[int, ...]:
    query = (400,) if operation.query else ()
    return (*query, 401) if operation.auth in ("key", "metrics") else query


def _content(said: Said, schemas: dict[Any, Json]) -> Json:
    schema = schemas[said.kind] if said.kind else {}
    described: Json = {"content": {said.media: {"schema": schema}}}
    return described


def _path(operation: Operation) -> list[Json]:
    return [
        _parameter("path", name, _PLACES[name], {"type": "string"}) | {"required": True}
        for name in _PLACE.findall(operation.path)
    ]


def _query(operation: Operation) -> list[Json]:
    if operation.query is None:
        return []
    return [
        _parameter(
            "query",
            name,
            schema.get("description", ""),
            {key: value for key, value in schema.items() if key != "description"},
        )
        for name, schema in properties(operation.query).items()
    ]


def _headers(operation: Operation) -> list[Json]:
    return [
        _parameter("header", name, meaning, {"type": "string", "maxLength": 200})
        for name, meaning in operation.headers.items()
    ]


def _parameter(place: str, name: str, meaning: str, schema: Json) -> Json:
    return {"in": place, "name": name, "description": meaning, "schema": schema}
