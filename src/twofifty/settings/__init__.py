"""Every setting, typed, in one place. Environment (`TWOFIFTY_NAME`) wins over `twofifty.toml`.

The reference page is generated from this schema. Unknown names are errors that name the nearest
known one; no message ever shows a value that may be a secret.
"""

import difflib
import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec

from twofifty.errors import SettingsError
from twofifty.settings.said import explained

PREFIX = "TWOFIFTY_"
_IN_FILE = "_FILE"


def _said(text: str) -> msgspec.Meta:
    return msgspec.Meta(description=text)


class SourceSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One `[sources.NAME]` table."""

    kind: Annotated[str, _said("`shopify`, `woocommerce`, ...")]
    secret: Annotated[str, _said("the webhook's signing secret")] = ""
    secrets: Annotated[tuple[str, ...], _said("new and old secret while rotating")] = ()
    sender: Annotated[str, _said("sender for this source (`Name <address>`)")] = msgspec.field(
        default="", name="from"
    )
    locale: Annotated[str, _said("language where an order does not say it (BCP 47)")] = ""
    time_zone: Annotated[str, _said("time zone where an order does not say it (IANA)")] = ""
    shop_name: Annotated[str, _said("the shop's name in mails of this source")] = ""
    api_url: Annotated[str, _said("the shop's API, or the database that a change log is of")] = ""
    api_key: Annotated[str, _said("key, token or client id of the shop's API")] = ""
    api_secret: Annotated[str, _said("secret of the shop's API, where it has one")] = ""
    stock_url: Annotated[
        str, _said("where the stock of an order's lines is asked for before its mail is composed")
    ] = ""
    stock_key: Annotated[str, _said("secret that is sent to `stock_url`, as a bearer token")] = ""
    stock_header: Annotated[str, _said("the header that takes `stock_key` instead")] = ""
    stock_map: Annotated[
        dict[str, Any], _said("expressions that read another answer than the usual one")
    ] = {}
    stock_table: Annotated[
        str, _said("instead of `stock_url`: a database, `postgresql://`, `mysql://`, `sqlite:///`")
    ] = ""
    stock_sql: Annotated[str, _said("the query to it, with `IN :skus` in it")] = ""
    stock_deadline_ms: Annotated[
        int, msgspec.Meta(ge=1, le=1_000, description="how long a mail waits for stock at most")
    ] = 300
    stock_seconds: Annotated[
        float,
        msgspec.Meta(
            ge=0, le=60, description="how long an answer serves other orders of the same goods"
        ),
    ] = 5
    confirm: Annotated[
        bool | None,
        _said("false: orders are kept and nobody is mailed, as for marketplaces; true: confirmed"),
    ] = None
    mails: Annotated[
        str, _said("what follows a confirmation, comma-separated; empty: as in `MAILS`")
    ] = ""
    reconcile_minutes: Annotated[
        int, msgspec.Meta(ge=0, description="minutes between reconciliations; 0: only by hand")
    ] = 60
    check_minutes: Annotated[
        float, msgspec.Meta(ge=0, description="minutes between looks at its webhooks; 0: none")
    ] = 60
    repair_webhooks: Annotated[bool, _said("register webhooks again that are missing")] = False
    canary_minutes: Annotated[
        float, msgspec.Meta(ge=0, description="minutes between canary orders; 0: none")
    ] = 0
    rate: Annotated[
        str,
        _said("how much of its mail leaves at most: `10/s`, `600/m`, `5000/h`; empty: no limit"),
    ] = ""
    options: Annotated[
        dict[str, Any], _said("the kind's own keys, written beside the others (see its page)")
    ] = {}

    def live_secrets(self) -> tuple[str, ...]:
        """Every secret that a signature may be made with, newest first."""
        return tuple(secret for secret in (self.secret, *self.secrets) if secret)


class ProviderSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One `[providers.NAME]` table: who reports what became of mail, at `/events/NAME`."""

    kind: Annotated[str, _said("`postmark`, `ses`, ...; empty: its name says it")] = ""
    secret: Annotated[str, _said("what its reports are signed with, or log in with")] = ""
    secrets: Annotated[tuple[str, ...], _said("new and old secret while rotating")] = ()

    def live_secrets(self) -> tuple[str, ...]:
        """Every secret that a report may be authenticated with, newest first."""
        return tuple(secret for secret in (self.secret, *self.secrets) if secret)


class ReachSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One `[reach.KIND]` table: what is tried where a mail does not reach its customer."""

    channels: Annotated[
        tuple[str, ...], _said("`sms`, `push`, `webhook`, in the order in which they are tried")
    ]
    after_minutes: Annotated[
        float, msgspec.Meta(ge=0, le=10_080, description="how long there may be no evidence")
    ] = 60
    evidence: Annotated[
        str,
        msgspec.Meta(
            pattern="^(accepted|delivered)$",
            description="`accepted`: a server took the mail; `delivered`: it is known to have "
            "arrived, which takes reports",
        ),
    ] = "accepted"
    quiet_hours: Annotated[
        str, _said("when nobody is woken, in the customer's time zone: `21:00-08:00`")
    ] = "21:00-08:00"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The whole configuration of a process."""

    database_url: Annotated[
        str,
        _said(
            "`sqlite:///PATH`, whose folder is made where it is missing; or "
            "`postgresql://user:password@host:5432/database`"
        ),
    ] = "sqlite:///./data/twofifty.db"
    data_folder: Annotated[
        str,
        _said("what each machine keeps for itself; empty: beside the store's file, else `./data`"),
    ] = ""
    broker_url: Annotated[
        str,
        _said(
            "what carries work to workers elsewhere: `amqp://user:password@host:5672/vhost`, "
            "`sqs://REGION/QUEUE`; empty: the database is the queue"
        ),
    ] = ""
    carry: Annotated[
        str,
        msgspec.Meta(
            pattern="^(id|content)$",
            description="what travels through the broker: `id`, or `content`: the mail too",
        ),
    ] = "id"
    smtp_url: Annotated[
        str,
        _said(
            "next hop: `smtp://user:password@host:587?tls=starttls` (`none`, `opportunistic`), "
            "`smtps://`; several, comma-separated: failover in order; `&lookup=URL` with "
            "`{message_id}` in it where the next hop can be asked, `&settle=SECONDS` before it is; "
            "empty: the built-in mailbox"
        ),
    ] = ""
    sender: Annotated[str, _said("sender of every mail")] = msgspec.field(
        default="Shop <orders@localhost.localdomain>", name="from"
    )
    bounce_address: Annotated[
        str,
        _said(
            "where bounces go: every mail has `local+TOKEN@domain` of it as its return path "
            "(VERP); empty: the sender's address"
        ),
    ] = ""
    inbound_url: Annotated[
        str,
        _said(
            "how bounces and complaints come in, several comma-separated: `lmtp://HOST:PORT` or "
            "`smtp://HOST:PORT` to listen, `imaps://user:password@host/FOLDER` to fetch"
        ),
    ] = ""
    silence_after: Annotated[
        int,
        msgspec.Meta(
            ge=0,
            description="alarm where so many mails were sent and no report came; 0: none",
        ),
    ] = 1_000
    sms_url: Annotated[
        str, _said("gateway for text messages, as `twilio://SID:TOKEN@default?from=NUMBER`")
    ] = ""
    push_url: Annotated[str, _said("gateway for push messages: `webpush://` or `fcm://`")] = ""
    alert_url: Annotated[
        str, _said("a webhook of yours that reaches the customer; `ALERT_SECRET` signs it")
    ] = ""
    alert_secret: Annotated[str, _said("signs what goes to `ALERT_URL` (Standard Webhooks)")] = ""
    keep_days: Annotated[
        int,
        msgspec.Meta(
            ge=0,
            description="content of arrivals, mails and reports is forgotten after that; 0: never",
        ),
    ] = 0
    recipient_per_hour: Annotated[
        int,
        msgspec.Meta(
            ge=0,
            description="more mails than this to one address in an hour are held; 0: no limit",
        ),
    ] = 20
    rate: Annotated[
        str, _said("how much mail leaves at most: `10/s`, `600/m`, `5000/h`; empty: no limit")
    ] = ""
    allow_recipients: Annotated[
        str,
        _said(
            "for staging: only these get mail, comma-separated (`*@example.com`); what is to "
            "others is held; empty: everybody"
        ),
    ] = ""
    instance: Annotated[
        str,
        _said(
            "name of this installation; a store that another one claimed is a copy, and holds all "
            "mail; empty: this machine and where the store is"
        ),
    ] = ""
    dns_server: Annotated[
        str,
        _said(
            "the DNS resolver that `doctor` asks, `ADDRESS` or `ADDRESS:PORT`; empty: the system's"
        ),
    ] = ""
    api_key: Annotated[str, _said("bootstrap key with all scopes; empty: one is made")] = ""
    public_url: Annotated[str, _said("where customers and shops reach this service")] = ""
    host: Annotated[str, _said("bind address")] = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=0, le=65_535, description="bind port")] = 2500
    metrics_port: Annotated[
        int,
        msgspec.Meta(
            ge=0,
            le=65_535,
            description="where a worker on its own answers `/metrics` at `HOST`; 0: nowhere",
        ),
    ] = 0
    workers: Annotated[
        int,
        msgspec.Meta(
            ge=0,
            le=64,
            description="delivery processes; two at least by default, so "
            "that one which hangs does not stop the mail; 0: inside the intake process",
        ),
    ] = max(2, (os.cpu_count() or 2) - 1)
    shop_name: Annotated[str, _said("the shop's name in mails; empty: the sender's name")] = ""
    shop_url: Annotated[str, _said("the shop's front page, linked from mails")] = ""
    logo_url: Annotated[str, _said("an `https` picture shown above every mail")] = ""
    support_url: Annotated[str, _said("where customers ask: `mailto:` or `https`")] = ""
    accent_color: Annotated[
        str, msgspec.Meta(pattern="^#[0-9a-fA-F]{6}$", description="colour of buttons, `#rrggbb`")
    ] = "#0f766e"
    legal_footer: Annotated[str, _said("the line that your law wants below a mail")] = ""
    locale: Annotated[str, _said("language where neither order nor source says it")] = "en"
    time_zone: Annotated[
        str, _said("time zone where neither order nor source says it (IANA); empty: as stated")
    ] = ""
    order_page: Annotated[
        str,
        msgspec.Meta(
            pattern="^(auto|always|never)$",
            description="whether mails lead to the order page of this service; `auto`: where "
            "`PUBLIC_URL` is set, else where the shop has none and no mail leaves this machine",
        ),
    ] = "auto"
    order_page_days: Annotated[
        int, msgspec.Meta(ge=1, le=3_650, description="how long a link to an order page is good")
    ] = 180
    page_secret: Annotated[
        str,
        _said(
            "signs links to order pages and to unsubscribe, and return paths; `NEW,OLD` while "
            "rotating; empty: one is made"
        ),
    ] = ""
    confirm_test: Annotated[bool, _said("confirm orders that are marked as tests")] = False
    confirm_max_age_hours: Annotated[
        float, msgspec.Meta(gt=0, description="older orders are held, not confirmed")
    ] = 48.0
    confirm_when: Annotated[
        str, msgspec.Meta(pattern="^(payment|stock)$", description="`stock`: only once allocated")
    ] = "payment"
    unpaid_methods: Annotated[
        str, _said("payment words that are confirmed before they are paid, comma-separated")
    ] = "cash_on_delivery,bank_transfer,invoice,cheque,pay_later"
    mails: Annotated[
        str, _said("what follows a confirmation, comma-separated; `none`: nothing")
    ] = "update,cancellation,refund,shipment,delay,delivery"
    update_quiet_seconds: Annotated[
        int,
        msgspec.Meta(
            ge=0, le=86_400, description="how long an update waits for the shop to be done editing"
        ),
    ] = 300
    doubt_copies: Annotated[
        int,
        msgspec.Meta(
            ge=0, le=10, description="copies after doubts where the next hop cannot be asked"
        ),
    ] = 3
    disk_reserve_mb: Annotated[
        int, msgspec.Meta(ge=0, description="below this much free disk intake answers 503")
    ] = 64
    log_format: Annotated[
        str, msgspec.Meta(pattern="^(auto|json|text)$", description="`auto`: text on a terminal")
    ] = "auto"
    log_level: Annotated[
        str, msgspec.Meta(pattern="^(debug|info|warning|error)$", description="least level shown")
    ] = "info"
    sources: Annotated[
        dict[str, SourceSettings], _said("`[sources.NAME]` tables, in the file only")
    ] = {}
    providers: Annotated[
        dict[str, ProviderSettings], _said("`[providers.NAME]` tables, in the file only")
    ] = {}
    reach: Annotated[
        dict[str, ReachSettings], _said("`[reach.KIND]` tables, in the file only")
    ] = {}

    def base_url(self) -> str:
        """`public_url`, or where the service listens; no slash at the end."""
        if self.public_url:
            return self.public_url.rstrip("/")
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    def hook_url(self, source: str) -> str:
        """Where a source's webhooks have to go."""
        return f"{self.base_url()}/hooks/{source}"


def names() -> dict[str, str]:
    """Setting name as written in the environment (without prefix) to its meaning."""
    return {
        field.encode_name.upper(): _meaning(field.type)
        for field in msgspec.structs.fields(Settings)
    }


def load(environ: Mapping[str, str], folder: Path) -> Settings:
    """Settings from `environ` and the file it names (`twofifty.toml` in `folder` else).

    Raises SettingsError: unknown name, malformed value, unreadable file.
    """
    path = folder / environ.get(PREFIX + "CONFIG", "twofifty.toml")
    stated = _from_file(path, required=PREFIX + "CONFIG" in environ)
    stated["sources"] = _with_options(stated.get("sources", {}))
    stated.update(_from_environment(environ))
    try:
        for name, table in _tables(stated["sources"]):
            _checked(name, table)
        return msgspec.convert(stated, Settings, strict=False)
    except msgspec.ValidationError as fault:
        raise SettingsError(explained(fault)) from None


def _from_file(path: Path, *, required: bool) -> dict[str, Any]:
    if not path.exists() and not required:
        return {}
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsError(f"{path}: there is no such file (TWOFIFTY_CONFIG names it)") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise SettingsError(f"{path}: cannot be read as TOML: {fault}") from None
    return {_known(key, str(path)): value for key, value in table.items()}


def _with_options(sources: object) -> object:
    """Every key of a source's table that no kind shares becomes one of its options."""
    if not isinstance(sources, dict):
        return sources
    shared = {field.encode_name for field in msgspec.structs.fields(SourceSettings)}
    return {
        name: _sorted_out(table, shared) if isinstance(table, dict) else table
        for name, table in sources.items()
    }


def _tables(sources: object) -> Iterator[tuple[str, object]]:
    if isinstance(sources, dict):
        yield from sources.items()


def _checked(name: str, table: object) -> None:
    """Raises SettingsError that names the source, which the whole schema does not."""
    try:
        msgspec.convert(table, SourceSettings, strict=False)
    except msgspec.ValidationError as fault:
        key, colon, said = explained(fault).partition(":")
        raise SettingsError(f"sources.{name}.{key.lower()}{colon}{said}") from None


def _sorted_out(table: dict[str, Any], shared: set[str]) -> dict[str, Any]:
    own = {key: value for key, value in table.items() if key not in shared}
    return {**{key: table[key] for key in table if key in shared}, "options": own}


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    stated: dict[str, Any] = {}
    for key, value in environ.items():
        if not key.startswith(PREFIX) or key == PREFIX + "CONFIG":
            continue
        name = key.removeprefix(PREFIX)
        plain = name.removesuffix(_IN_FILE)
        if name.upper() in names() or plain.upper() not in names():
            stated[_known(name, "environment")] = value
        elif PREFIX + plain in environ:
            raise SettingsError(f"environment: {key} and {PREFIX + plain} are both set; keep one")
        else:
            stated[plain.lower()] = _content(key, value)
    return stated


def _content(key: str, path: str) -> str:
    """What a file holds, without the line end behind it: as container platforms give secrets."""
    try:
        return Path(path).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as fault:
        said = getattr(fault, "strerror", None) or "is no text in UTF-8"
        raise SettingsError(f"environment: {key}: {path}: {said}") from None


def _known(key: str, where: str) -> str:
    name = key.upper()
    if name in names():
        return name.lower()
    near = difflib.get_close_matches(name, names(), n=1, cutoff=0.5)
    hint = f"; did you mean {near[0]}?" if near else ""
    raise SettingsError(f"{where}: there is no setting {key}{hint}")


def _meaning(kind: object) -> str:
    described = getattr(kind, "__metadata__", ())
    return next((meta.description for meta in described if meta.description), "")
