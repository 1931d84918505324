"""Which adapter serves which kind of source: a line a kind, loaded when it is first asked for."""

import difflib
import importlib
import importlib.resources
import importlib.util
from types import ModuleType

from twofifty.adapters.stock_table.reader import Reader
from twofifty.errors import SettingsError
from twofifty.flow.log_kind import LogKind
from twofifty.intake.ports import Source
from twofifty.intake.shop import Shop

# The class in `adapters/KIND/source.py` (`_` for `-`); a kind with an API has the class with `Shop`
# behind its name in shop.py.
SOURCE_KINDS = {
    "shopify": "Shopify",
    "woocommerce": "WooCommerce",
    "squarespace": "Squarespace",
    "generic": "Generic",
    "stripe": "Stripe",
    "paddle": "Paddle",
    "mollie": "Mollie",
    "magento": "Magento",
    "bigcommerce": "BigCommerce",
    "prestashop": "PrestaShop",
    "paypal": "PayPal",
    "square": "Square",
    "amazon-spapi": "Amazon",
    "ebay": "Ebay",
    "vtex": "Vtex",
    "adyen": "Adyen",
    "saleor": "Saleor",
    "medusa": "Medusa",
    "spree": "Spree",
    "sylius": "Sylius",
    "commercetools": "Commercetools",
    "shopware": "Shopware",
    "salesforce-commerce": "SalesforceCommerce",
}

# Kinds that are read from a database's change log instead of sending webhooks.
LOG_KINDS = {"postgresql-log": "PostgresqlLogKind", "mysql-log": "MysqlLogKind"}

# Databases that stock is read from, by the scheme of their URL: the file in adapters/stock_table.
STOCK_TABLES = {
    "postgresql": "postgresql",
    "postgres": "postgresql",
    "mysql": "mysql",
    "mysqls": "mysql",
    "mariadb": "mysql",
    "sqlite": "sqlite",
}
_DRIVERS = {
    "postgresql-log": "psycopg[binary]",
    "mysql-log": "pymysql[rsa]",
    "postgresql": "psycopg[binary]",
    "mysql": "pymysql[rsa]",
}

_OTHER_NAMES = {
    "adobe-commerce": "magento",
    "amazon": "amazon-spapi",
    "salesforce": "salesforce-commerce",
    "woo": "woocommerce",
}


def kind_of(name: str) -> str:
    """The kind that is meant. Raises SettingsError naming the nearest known one."""
    kind = name.strip().lower().replace("_", "-")
    kind = _OTHER_NAMES.get(kind, kind)
    if kind in SOURCE_KINDS or kind in LOG_KINDS:
        return kind
    known = sorted({*SOURCE_KINDS, *LOG_KINDS})
    near = difflib.get_close_matches(kind, known, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}"
    raise SettingsError(f"there is no kind of source {name!r}; {hint}")


def source(kind: str) -> Source:
    """The adapter of that kind. Raises SettingsError for a kind that no webhooks come from."""
    known = kind_of(kind)
    if known in LOG_KINDS:
        raise SettingsError(f"a {known} source is read from a database, it has no webhooks")
    made: Source = getattr(_module(known, "source"), SOURCE_KINDS[known])()
    return made


def has_shop(kind: str) -> bool:
    """Whether that kind has an API that can be asked."""
    folder = kind_of(kind).replace("-", "_")
    return importlib.util.find_spec(f"twofifty.adapters.{folder}.shop") is not None


def shop(kind: str) -> Shop | None:
    """The API of that kind; None for kinds that have none."""
    known = kind_of(kind)
    if known in LOG_KINDS or not has_shop(known):
        return None
    made: Shop = getattr(_module(known, "shop"), f"{SOURCE_KINDS[known]}Shop")()
    return made


def canary(kind: str) -> bytes | None:
    """That kind's sample for canary orders (`flow.canary.Sample` as JSON); None where it has none,
    because the kind has no order that stands by itself, or none that we could sign."""
    folder = importlib.resources.files(f"twofifty.adapters.{kind_of(kind).replace('-', '_')}")
    file = folder / "canary.json"
    return file.read_bytes() if file.is_file() else None


def log_kind(kind: str) -> LogKind:
    """The change log of that kind. Raises SettingsError where its driver is not installed."""
    known = kind_of(kind)
    try:
        made: LogKind = getattr(_module(known, "kind"), LOG_KINDS[known])()
    except ModuleNotFoundError as missing:
        raise _without_driver(known, missing) from None
    return made


def stock_reader(url: str, seconds: float) -> Reader:
    """A reader of the database that stock stands in, whose statements end after `seconds`. Raises
    SettingsError for another URL, and where its driver is not installed."""
    kind = STOCK_TABLES.get(url.partition("://")[0])
    if kind is None:
        raise SettingsError(f"begins with one of {', '.join(f'{one}://' for one in STOCK_TABLES)}")
    try:
        made: Reader = _module("stock_table", kind).reader(url, seconds)
    except ModuleNotFoundError as missing:
        raise _without_driver(kind, missing) from None
    return made


def _without_driver(kind: str, missing: ModuleNotFoundError) -> Exception:
    """What says how to install it; the fault itself where a module of ours is missing."""
    if (missing.name or "").startswith("twofifty"):
        return missing
    install = f".venv/bin/pip install '{_DRIVERS[kind]}'"
    return SettingsError(f"{kind} needs the driver {missing.name}: {install}")


def _module(kind: str, file: str) -> ModuleType:
    return importlib.import_module(f"twofifty.adapters.{kind.replace('-', '_')}.{file}")
