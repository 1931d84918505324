"""One set of names: OCAPI writes `order_no` and the XML export `order-no` where SCAPI says
`orderNo`. Attributes of the shop's own (`c_...`) keep theirs."""

import re

_BREAK = re.compile(r"[_-]([a-z0-9])")


def camel(value: object) -> object:
    """A document with the names that SCAPI has."""
    if isinstance(value, dict):
        return {_name(str(name)): camel(each) for name, each in value.items()}
    return [camel(each) for each in value] if isinstance(value, list) else value


def _name(name: str) -> str:
    if name.startswith(("c_", "_")) or ("_" not in name and "-" not in name):
        return name
    return _BREAK.sub(lambda found: found[1].upper(), name)
