"""The plan's tables, as Markdown between two comments of a page, and its plots."""

from collections.abc import Iterator, Sequence

from tools.load_plan.day import HOUR, day, orders
from tools.load_plan.figures import ROOT, Measured, measured, table
from tools.load_plan.picture import Axes, Line, picture
from tools.load_plan.plan import RUSH, SALE, Plan
from tools.load_plan.runs import Step
from tools.load_plan.validation import benchmarked, validated

DOCS = ROOT / "docs" / "explain"
PAGE = DOCS / "load-plan.md"
GUIDE = ROOT / "docs" / "howto" / "production.md"
YEAR = 365
SIZES = (10.0, 100.0, 1_000.0)


def tables(plan: Plan) -> dict[str, list[str]]:
    """Every table by its name, row by row."""
    return {
        "inputs": ["| figure | value | from |", "|---|---|---|", *table(plan.figures)],
        "validation": list(_validation()),
        "limits": list(_limits(plan)),
        "rising": list(_rising(plan.steps)),
        "machines": list(_machines(plan)),
        "broker": list(_broker(plan)),
        "sale": list(_sale(plan)),
        "sizes": list(_sizes(plan)),
    }


def pictures(plan: Plan) -> dict[str, str]:
    """Every plot by its file's name."""
    return {
        "load-plan-latency.svg": _latency(plan.steps),
        "load-plan-busy.svg": _busy(plan.steps),
        "load-plan-sale.svg": _rush(plan),
        "load-plan-day.svg": _day(plan),
    }


def laid_in(text: str, made: dict[str, list[str]]) -> str:
    """The page with each table that it has a place for written anew."""
    for name, rows in made.items():
        head, begin, rest = text.partition(f"<!-- {name} -->\n")
        _, end, foot = rest.partition(f"<!-- end of {name} -->")
        if begin and end:
            text = f"{head}{begin}\n" + "\n".join(rows) + f"\n\n{end}{foot}"
    return text


def _validation() -> Iterator[str]:
    yield "| run | figure | measured | simulated | off by |"
    yield "|---|---|---|---|---|"
    runs = {_run(name, seen): validated(seen) for name, seen in measured().items()}
    for told, figures in {**runs, "`make bench`, 2 cores": benchmarked()}.items():
        for one in figures:
            yield (
                f"| {told} | {one.name} | {one.measured:,.4g} {one.unit} "
                f"| {one.simulated:,.4g} {one.unit} | {one.error:+.0%} |"
            )


def _run(name: str, seen: Measured) -> str:
    return f"{name}, {seen.orders:,} orders, {seen.fast.others:.1f} of 2 cores taken by others"


def _limits(plan: Plan) -> Iterator[str]:
    yield "| of one store | orders a second, 65 % busy | stores for the busiest hour |"
    yield "|---|---|---|"
    for name, most in sorted(plan.limits.items(), key=lambda pair: pair[1]):
        yield f"| {name} | {most:,.0f} | {plan.peak / most:.1f} |"


def _rising(steps: Sequence[Step]) -> Iterator[str]:
    yield (
        "| orders/s | intake processes | workers | 202 p50, p99 | 250 p50, p99 | store's cores "
        "| log's disk | commits/s | flushes/s | nearest its end |"
    )
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for one in steps:
        yield (
            f"| {one.rate:,.0f} | {one.shape.intakes} | {one.shape.workers} "
            f"| {one.answer_p50:.1f}, {one.answer_p99:.1f} ms | {one.sent_p50:.0f}, "
            f"{one.sent_p99:.0f} ms | {one.store:.0%} | {one.log:.0%} | {one.transactions:,.0f} "
            f"| {one.flushes:,.0f} | {one.first()} |"
        )


def _machines(plan: Plan) -> Iterator[str]:
    shape, many, one = plan.one.shape, plan.partitions, plan.one
    figures, seconds = plan.figures, 86_400
    daily = orders(day(plan.peak, plan.capacity(), SALE))
    mean = daily / seconds
    mail, order, kept = (figures[name].value for name in ("mail", "order", "kept"))
    rows = (
        ("partitions, each a PostgreSQL of its own", f"{many}", "limits above"),
        ("orders a day", f"{daily / 1e6:,.0f} million", "the day below, its sale included"),
        ("intake processes, one core each", f"{plan.in_sale.intakes * many}",
         f"{plan.peak * SALE.times:,.0f}/s of the sale, 65 % busy"),
        ("workers, one core each", f"{shape.workers * many}", "the busiest hour, 65 % busy"),
        ("cores of stores", f"{plan.store_cores * many}", f"{one.store:.0%} busy in that hour"),
        ("rows written", f"{plan.peak * figures['rows'].value:,.0f}/s", "all stores together"),
        ("write-ahead log", f"{plan.peak * plan.costs.log / 1e6:,.0f} MB/s",
         f"{one.log_mb:,.0f} MB/s a store; each standby and the archive get as much"),
        ("connections to the next hop", f"{shape.connections * shape.workers * many:,}",
         f"{shape.connections} a worker"),
        ("accounts or hosts of relays", f"{plan.peak / figures['relay'].value:,.0f}",
         "at the rate above, none to spare"),
        ("in from shops", f"{plan.peak * order * 8 / 1e9:,.2f} Gbit/s", "bodies, without TLS"),
        ("out to relays", f"{plan.peak * mail * 8 / 1e9:,.2f} Gbit/s", "mails, without TLS"),
        ("kept in a day", f"{daily * kept / 1e12:,.1f} TB", f"{kept:,.0f} bytes an order"),
        ("kept in 30 days", f"{daily * kept * 30 / 1e12:,.0f} TB", "what a month of history is"),
        ("kept in a year", f"{daily * kept * YEAR / 1e15:,.1f} PB", "why history is pruned"),
        ("orders a second over the day", f"{mean:,.0f}", "what disks and bills go by"),
    )  # fmt: skip
    yield "| what | how much | from |"
    yield "|---|---|---|"
    for name, value, why in rows:
        yield f"| {name} | {value} | {why} |"


def _broker(plan: Plan) -> Iterator[str]:
    yield "| one partition, busiest hour | 250 p50 | 250 p99 | store's cores | commits/s | log |"
    yield "|---|---|---|---|---|---|"
    between = f"a broker between, {plan.brokered.shape.queues} queues"
    for name, one in (("the store is the queue", plan.one), (between, plan.brokered)):
        yield (
            f"| {name} | {one.sent_p50:.0f} ms | {one.sent_p99:.0f} ms | {one.store:.0%} "
            f"| {one.transactions:,.0f} | {one.log_mb:,.1f} MB/s |"
        )


def _sale(plan: Plan) -> Iterator[str]:
    instants = day(plan.peak, plan.capacity(), SALE)
    worst = max(instants, key=lambda one: one.waiting)
    cleared = next((one for one in instants if one.at > worst.at and one.waiting < 1), worst)
    minutes = (cleared.at - SALE.at - SALE.seconds) / 60
    yield "| a sale of ten minutes at three times the busiest hour | |"
    yield "|---|---|"
    yield f"| orders that wait at its end | {worst.waiting / 1e6:,.1f} million |"
    yield f"| the longest that one waits | {worst.waiting / plan.capacity() / 60:,.0f} minutes |"
    yield f"| until none waits any more | {max(0.0, minutes):,.0f} minutes after its end |"
    yield f"| 202 in it, p99, one partition order by order | {_in_rush(plan):,.0f} ms |"


def _in_rush(plan: Plan) -> float:
    before, sale = RUSH[0][1], RUSH[1][1]
    return max(one.answer_p99 for one in plan.moments if before < one.at <= before + sale)


def _sizes(plan: Plan) -> Iterator[str]:
    """What smaller shops need: rates of the busiest hour."""
    costs = plan.costs
    yield "| orders/s, busiest hour | intake, cores | workers, cores | store, cores | log, MB/s |"
    yield "|---|---|---|---|---|"
    for rate in SIZES:
        store = plan.limits["cores of the store"] / 0.65 / plan.store_cores
        yield (
            f"| {rate:,.0f} | {rate * costs.intake:.2f} | {rate * costs.delivery:.2f} "
            f"| {rate / store:.2f} | {rate * costs.log / 1e6:.2f} |"
        )


def _latency(steps: Sequence[Step]) -> str:
    lines = [
        Line("202, p99", [(one.rate, one.answer_p99) for one in steps]),
        Line("250, p50", [(one.rate, one.sent_p50) for one in steps]),
        Line("250, p99", [(one.rate, one.sent_p99) for one in steps]),
    ]
    return picture(lines, Axes("Milliseconds, one partition under rising load", "orders/s", "ms"))


def _busy(steps: Sequence[Step]) -> str:
    lines = [
        Line("intake processes", [(one.rate, one.intake) for one in steps]),
        Line("workers", [(one.rate, one.worker) for one in steps]),
        Line("store: cores", [(one.rate, one.store) for one in steps]),
        Line("store: disk of the log", [(one.rate, one.log) for one in steps]),
        Line("connections out", [(one.rate, one.lines) for one in steps]),
    ]
    return picture(lines, Axes("How busy each part is: 1 is its end", "orders/s", "share", 1.0))


def _rush(plan: Plan) -> str:
    lines = [
        Line("orders in, a second", [(one.at, one.came) for one in plan.moments]),
        Line("mails out, a second", [(one.at, one.left) for one in plan.moments]),
        Line("orders that wait", [(one.at, float(one.waiting)) for one in plan.moments]),
    ]
    return picture(lines, Axes("One partition through a sale, order by order", "s", "orders"))


def _day(plan: Plan) -> str:
    instants = day(plan.peak, plan.capacity(), SALE)[::18]
    lines = [
        Line("orders in, a second", [(one.at / HOUR, one.came) for one in instants]),
        Line("mails out, a second", [(one.at / HOUR, one.left) for one in instants]),
        Line("that wait, thousands", [(one.at / HOUR, one.waiting / 1e3) for one in instants]),
    ]
    return picture(lines, Axes("A day with a sale at 20:00", "h", "orders"))
