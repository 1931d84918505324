"""The load plan's simulation: it keeps to what queueing theory knows, loses nothing, and its tables
go where the pages want them."""

import json
import re
from functools import partial
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.load_plan.day import Sale, day, orders
from tools.load_plan.events import Process, Simulation, lots
from tools.load_plan.figures import ROWS, Benched, Idle, Pace, Written, benched, measured
from tools.load_plan.inputs import parted
from tools.load_plan.pages import GUIDE, PAGE, laid_in, pictures, tables
from tools.load_plan.partition import Partition, steady
from tools.load_plan.plan import Plan
from tools.load_plan.runs import HEADROOM, sized, step
from tools.load_plan.shape import MS, US, Costs, Place, Shape
from tools.load_plan.stations import Batch, Batcher, Servers
from tools.load_plan.validation import validated

COSTS = Costs(
    intake=200 * US,
    delivery=500 * US,
    accept_write=100 * US,
    lease_write=30 * US,
    dot_write=30 * US,
    settle_write=50 * US,
    transaction=20 * US,
    accept_log=6_000,
    lease_log=500,
    dot_log=5_000,
    settle_log=1_500,
)
PLACE = Place(flush=1 * MS, log_rate=200e6, trip=0.2 * MS, trips=3, next_hop=10 * MS)
SHAPE = Shape(intakes=1, workers=2, store_cores=4)

delays = st.lists(st.floats(0, 10), max_size=40)


@given(delays)
def test_what_is_due_runs_in_the_order_of_time_and_then_of_coming(seconds: list[float]) -> None:
    time = Simulation()
    ran: list[tuple[float, int]] = []

    def noted(number: int) -> None:
        ran.append((time.now, number))

    for number, delay in enumerate(seconds):
        time.after(delay, partial(noted, number))
    time.run(10.0)
    assert ran == sorted((delay, number) for number, delay in enumerate(seconds))


def test_what_is_due_later_stays() -> None:
    time = Simulation()
    ran: list[float] = []
    time.after(2.0, lambda: ran.append(time.now))
    time.run(1.0)
    assert (ran, time.now) == ([], 1.0)
    time.run(3.0)
    assert ran == [2.0]


@pytest.mark.parametrize("busy", [0.3, 0.6, 0.8])
def test_one_server_makes_wait_as_long_as_pollaczek_and_khinchine_say(busy: float) -> None:
    """Arrivals at random, each served equally long: waiting is busy / 2(1 - busy) of a service."""
    time = Simulation()
    server = Servers(time, 1)
    waited: list[float] = []

    def customer() -> Process:
        came = time.now
        yield server.hold(1.0)
        waited.append(time.now - came - 1.0)

    def customers() -> Process:
        last = 0.0
        for at in steady(lots(1), busy, 60_000):
            yield time.pause(at - last)
            last = at
            time.begin(customer())

    time.begin(customers())
    time.run(60_000)
    mean = sum(waited) / len(waited)
    assert mean == pytest.approx(busy / 2 / (1 - busy), rel=0.1)
    assert server.busy(60_000) == pytest.approx(busy, rel=0.05)


@given(delays, st.integers(1, 8), st.integers(1, 3))
def test_a_batcher_serves_each_piece_once_in_batches_that_are_not_too_large(
    seconds: list[float], most: int, hands: int
) -> None:
    time = Simulation()
    sizes: list[int] = []
    served: list[int] = []

    def serve(batch: Batch) -> Process:
        sizes.append(batch.pieces)
        yield time.pause(0.5)

    batcher = Batcher(time, serve, hands=hands, most=most)

    def piece(number: int, delay: float) -> Process:
        yield time.pause(delay)
        yield batcher.join(0.0)
        served.append(number)

    for number, delay in enumerate(seconds):
        time.begin(piece(number, delay))
    time.run(1_000.0)
    assert sorted(served) == list(range(len(seconds)))
    assert sum(sizes) == len(seconds)
    assert max(sizes, default=1) <= most


def test_a_lone_piece_waits_for_nobody() -> None:
    time = Simulation()
    ended: list[float] = []

    def serve(batch: Batch) -> Process:
        yield time.pause(0.25)

    batcher = Batcher(time, serve)

    def piece() -> Process:
        yield batcher.join(0.0)
        ended.append(time.now)

    time.begin(piece())
    time.run(1.0)
    assert ended == [0.25]


@settings(max_examples=15, deadline=None)
@given(st.floats(50, 3_000), st.integers(1, 3), st.integers(1, 3), st.booleans())
def test_every_order_is_answered_once_and_sent_once(
    rate: float, intakes: int, workers: int, brokered: bool
) -> None:
    shape = Shape(
        intakes=intakes,
        workers=workers,
        store_cores=2,
        broker_rate=5_000.0 if brokered else None,
    )
    one = Partition(COSTS, PLACE, shape)
    one.arrive(steady(lots(7), rate, 0.5))
    one.time.run(60.0)
    assert len(one.seen.came) == len(one.seen.answered) == len(one.seen.sent)
    assert one.backlog() == 0
    assert min(one.seen.answered, default=1.0) >= COSTS.intake + PLACE.flush
    assert min(one.seen.sent, default=1.0) >= COSTS.intake + COSTS.delivery + 3 * PLACE.flush


def test_what_is_simulated_twice_is_the_same() -> None:
    assert step(800.0, COSTS, PLACE, SHAPE, 3.0) == step(800.0, COSTS, PLACE, SHAPE, 3.0)


def test_more_than_its_slowest_part_manages_leaves_no_partition() -> None:
    few = step(
        2_000.0, COSTS, PLACE, Shape(intakes=2, workers=1, store_cores=8, connections=64), 3.0
    )
    assert few.done <= 1 / COSTS.delivery
    narrow = step(
        2_000.0, COSTS, PLACE, Shape(intakes=2, workers=4, store_cores=8, connections=1), 3.0
    )
    assert narrow.done <= 4 / PLACE.next_hop * 1.1
    assert narrow.first() == "connections to the next hop"


@pytest.mark.parametrize("rate", [300.0, 1_500.0])
def test_what_is_made_to_measure_keeps_up_and_has_room(rate: float) -> None:
    one = step(rate, COSTS, PLACE, sized(rate, COSTS, PLACE, 4), 3.0)
    assert one.done == pytest.approx(rate, rel=0.1)
    assert max(one.intake, one.worker, one.lines) <= HEADROOM * 1.1


def test_the_more_wait_the_more_share_a_flush() -> None:
    calm, full = (step(rate, COSTS, PLACE, SHAPE, 3.0) for rate in (100.0, 1_000.0))
    assert full.flushes / full.rate < calm.flushes / calm.rate / 2


@given(st.floats(100, 50_000), st.floats(0.5, 3.0), st.floats(1.0, 10.0))
def test_a_day_loses_no_order(peak: float, capacity: float, times: float) -> None:
    instants = day(peak, peak * capacity, Sale(times=times))
    left = sum(one.left for one in instants) * 10
    assert left + instants[-1].waiting == pytest.approx(orders(instants), rel=1e-9)
    assert all(one.left <= peak * capacity * (1 + 1e-9) for one in instants)


def test_the_rate_of_the_measured_machine_is_simulated_within_a_quarter() -> None:
    kept = measured()
    if not kept:
        pytest.skip("nothing was measured yet: python -m tools.load_plan.measure")
    for seen in kept.values():
        rate = next(one for one in validated(seen) if one.unit == "orders/s")
        assert abs(rate.error) < 0.25


def test_a_result_of_the_bench_is_taken_in_only_whole(tmp_path: Path) -> None:
    rows = [{"name": name, "value": 10.0 * at} for at, name in enumerate(ROWS.values(), 1)]
    (tmp_path / "e2e-pg.json").write_text(json.dumps({"rows": rows}), encoding="utf-8")
    assert benched("e2e-pg", tmp_path) == Benched(10.0, 20.0, 30.0, 40.0, 50.0)
    (tmp_path / "e2e.json").write_text(json.dumps({"rows": rows[:3]}), encoding="utf-8")
    assert benched("e2e", tmp_path) is None
    assert benched("e2e-amqp", tmp_path) is None


def test_the_work_of_a_benchmark_is_parted_and_none_is_lost() -> None:
    seen = Pace(20.0, 1_000.0, 3_000.0, 100.0, 0.0, 0.0, 1.5, 1.0, 1.0)
    one = parted(Benched(1_500.0, 800.0, 300.0, 50.0, 70.0), seen)
    assert (one.api_us, one.worker_us, one.store_us, one.others) == (200.0, 600.0, 300.0, 0.0)


def test_idle_work_is_not_counted_for_orders() -> None:
    seen = Pace(20.0, 3_000.0, 5_000.0, 100.0, 0.0, 0.0, 0.0, 1.0, 1.0)
    calm = seen.without(Idle(api=0.02, worker=0.2, store=0.0), rate=20.0)
    assert calm.api_us == pytest.approx(2_000.0)
    assert (calm.worker_us, calm.store_us) == (0.0, 100.0)


def test_what_was_written_is_told_for_each_order() -> None:
    assert Written(10.0, 4.0).less(Written(4.0)).by(2) == Written(3.0, 2.0)


def test_every_place_in_the_pages_has_its_table_and_every_plot_its_place() -> None:
    plan = Plan(peak=400.0, rates=(100.0, 200.0))
    made = tables(plan)
    texts = [page.read_text("utf-8") for page in (PAGE, GUIDE)]
    asked = {name for text in texts for name in re.findall(r"<!-- (\w+) -->", text)}
    assert asked == set(made)
    drawn = pictures(plan)
    assert set(drawn) == set(re.findall(r"\((load-plan-\w+\.svg)\)", texts[0]))
    for picture in drawn.values():
        assert ET.fromstring(picture).tag.endswith("svg")  # noqa: S314 - ours


def test_a_table_is_laid_in_again_and_again_without_a_trace_of_the_old_one() -> None:
    page = "before\n<!-- one -->\nold\n<!-- end of one -->\nafter\n"
    first = laid_in(page, {"one": ["| a |"], "other": ["| b |"]})
    assert first == "before\n<!-- one -->\n\n| a |\n\n<!-- end of one -->\nafter\n"
    assert laid_in(first, {"one": ["| a |"]}) == first
