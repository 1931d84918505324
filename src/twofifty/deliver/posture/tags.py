"""Tag lists (`v=DMARC1; p=none`), as DMARC, DKIM keys, BIMI, MTA-STS and TLS-RPT are written."""

from collections.abc import Iterable, Mapping


def tags_of(record: str) -> Mapping[str, str]:
    """Tag to value, tags in lower case, outer blanks gone. Of a tag that comes twice the first
    counts; what is no `tag=value` stands under its own text with the value ``?``."""
    found: dict[str, str] = {}
    for part in record.split(";"):
        tag, equals, value = part.partition("=")
        if part.strip():
            found.setdefault(tag.strip().lower(), value.strip() if equals else "?")
    return found


def versioned(records: Iterable[str], version: str) -> tuple[str, ...]:
    """The records that begin with `v=version`; others of a name are somebody else's business."""
    return tuple(record for record in records if _begins(record, version))


def _begins(record: str, version: str) -> bool:
    tag, _, value = record.partition(";")[0].partition("=")
    return tag.strip().lower() == "v" and value.strip() == version


def mailto(value: str) -> tuple[str, ...]:
    """The addresses of a comma-separated list of `mailto:` URIs, without size limits (`!10m`)."""
    uris = (uri.strip() for uri in value.split(","))
    return tuple(
        uri[7:].partition("!")[0].partition("?")[0]
        for uri in uris
        if uri.lower().startswith("mailto:") and "@" in uri
    )
