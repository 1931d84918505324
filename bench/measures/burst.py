"""`burst`: orders as fast as they come, more than can be sent meanwhile: none lost, none twice."""

from contextlib import ExitStack

from bench.figures import Goal, Result, Row
from bench.measures.e2e import watched
from bench.measures.numbers import compared, kept
from bench.measures.size import Size
from bench.orders import address, canonical
from bench.picture import Curve
from bench.processes import Answers, Load, Sink, Taken
from bench.scene import Meter, service, wait_for, warm

CONNECTIONS = 64
POINTS = 60
AS_GOOD = 0.95


def measure(size: Size) -> Result:
    """Everything at once, until the last is delivered."""
    count = size.of(20_000, 100_000)
    with ExitStack() as stack:
        sink = Sink()
        stack.callback(sink.close)
        ours = stack.enter_context(service(sink.port))
        had = warm(ours, sink)
        with watched(Meter(ours.pid).pids) as memory:
            load = Load(ours.port, canonical(count), connections=CONNECTIONS)
            answers = load.answers()
            wait_for(sink, had + count, seconds=3_600)
        taken = [one for one in sink.taken() if one.at >= answers.began()]
    lost, doubled = compared(taken, {address(number) for number in range(count)})
    rate = count / (taken[-1].at - answers.began())
    usual_rate = kept("e2e", "orders to 250")
    rows = [
        Row("lost", lost, "orders", Goal(most=0)),
        Row("doubled", doubled, "orders", Goal(most=0)),
        Row("memory, all our processes", max(mb for _, mb in memory), "MB", Goal(most=300)),
        Row("taken in", count / answers.span(), "orders/s"),
        Row("orders to 250", rate, "orders/s", None, usual_rate, "e2e"),
    ]
    if usual_rate:
        rows.append(Row("rate beside e2e", rate / usual_rate, "x", Goal(least=AS_GOOD)))
    about = f"{count} orders of 10 lines over {CONNECTIONS} connections"
    curves = _curves(answers, taken)
    return Result("burst", about, tuple(rows), curves=curves, axes=("seconds", "orders"))


def _curves(answers: Answers, taken: list[Taken]) -> tuple[Curve, Curve]:
    began = answers.began()
    accepted = sorted(one.at - began for one in answers.answers)
    return (
        Curve("delivered", _risen([one.at - began for one in taken])),
        Curve("accepted", _risen(accepted)),
    )


def _risen(moments: list[float]) -> tuple[tuple[float, float], ...]:
    """How many there were by then."""
    step = max(1, len(moments) // POINTS)
    return ((0.0, 0.0), *((moments[k], float(k + 1)) for k in range(step - 1, len(moments), step)))
