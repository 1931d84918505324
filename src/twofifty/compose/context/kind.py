"""The contexts in which a value can stand."""

from enum import Enum


class Context(Enum):
    """Where a value stands. Each has one way of escaping (`escape.py`)."""

    PLAIN = "plain text"
    HEADER = "header"
    TEXT = "HTML text"
    TITLE = "title or textarea"
    COMMENT = "comment"
    ATTRIBUTE = "attribute"
    URL = "URL"
    URL_REST = "URL after a value"
    URL_ROOT = "URL after its first slash"
    URL_HOST = "host of a URL"
    URL_TAIL = "URL after its host"
    URL_PATH = "path of a URL"
    URL_QUERY = "query of a URL"
    CSS = "CSS value"
    CSS_NAME = "CSS property"
    CSS_STRING = "CSS string"
    CSS_URL = "URL in CSS"
    CSS_URL_PATH = "path of a URL in CSS"
    JSON = "JSON value"
    JSON_STRING = "JSON string"
