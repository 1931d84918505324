"""Reading the arguments of SMTP commands (RFC 5321 4.1.2) and SASL answers. Pure."""

import base64
import re
from typing import NamedTuple

_PATH = re.compile(r'(FROM|TO):\s*<((?:"(?:[^"\\]|\\.)*"|[^<>"])*)>\s*(.*)', re.IGNORECASE)

_BEARER = re.compile(
    r"(?:user=([^\x01]+)|n,a=([^\x01,]+),)\x01(?:\w+=[^\x01]*\x01)*?auth=Bearer (\S+)\x01\x01"
)


class Path(NamedTuple):
    """What stands after MAIL or RCPT: the bare address and the parameters, names in capitals; these
    as they were `written` too."""

    address: str
    parameters: dict[str, str]
    written: str = ""


def path_of(keyword: str, argument: bytes) -> Path | None:
    """Reads `FROM:<a@b.test> SIZE=1`. None where it is no such thing."""
    match = _PATH.fullmatch(argument.decode("utf-8", "backslashreplace"))
    if match is None or match[1].upper() != keyword:
        return None
    pairs = (word.partition("=") for word in match[3].split())
    return Path(match[2], {name.upper(): value for name, _, value in pairs}, match[3].strip())


def credentials_of(answer: bytes) -> tuple[str, str] | None:
    """User and password out of a PLAIN response (RFC 4616)."""
    parts = decoded(answer).split("\0")
    return (parts[1], parts[2]) if len(parts) == 3 else None


def bearer_of(answer: bytes) -> tuple[str, str] | None:
    """User and token out of an XOAUTH2 or OAUTHBEARER response (RFC 7628 3.1)."""
    match = _BEARER.fullmatch(decoded(answer))
    return (match[1] or match[2], match[3]) if match else None


def decoded(answer: bytes) -> str:
    """A base64 line of a SASL exchange as text; empty where it is not one."""
    try:
        return base64.b64decode(answer, validate=True).decode()
    except ValueError:
        return ""
