"""The usual way, as a baseline: one web framework handler, one commit, one template, one
`EmailMessage`, one SMTP transaction per order, each with its library's documented idiom."""

import json
import smtplib
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from jinja2 import Environment

from bench.figures import Skipped
from twofifty.testing.ports import free_port

TEMPLATE = """<!doctype html><html><body><h1>Order {{ order.number }}</h1><table>
{% for line in order.lines %}<tr><td><img src="{{ line.image_url }}" alt=""></td>
<td><a href="{{ line.url }}">{{ line.title }}</a> {{ line.variant }}</td>
<td>{{ line.quantity }}</td><td>{{ line.unit_price }}</td><td>{{ line.total }}</td></tr>{% endfor %}
<tr><td>Subtotal</td><td>{{ order.totals.subtotal }}</td></tr>
<tr><td>Shipping</td><td>{{ order.totals.shipping }}</td></tr>
<tr><td>Total</td><td>{{ order.totals.total }} {{ order.currency }}</td></tr></table>
<p>{{ order.shipping_address.name }}<br>{{ order.shipping_address.line1 }}</p></body></html>"""
HOME = Path(__file__).parents[1] / "build" / "usual"
NEEDED = ("fastapi", "sqlalchemy", "uvicorn[standard]")
START_SECONDS = 20.0


def mail(order: dict[str, Any], environment: Environment) -> EmailMessage:
    """One confirmation."""
    message = EmailMessage()
    message["From"], message["To"] = "Shop <orders@example.com>", order["customer"]["email"]
    message["Subject"] = f"Order {order['number']} confirmed"
    message.set_content(f"Order {order['number']}: {order['totals']['total']} {order['currency']}")
    page = environment.from_string(TEMPLATE).render(order=order)
    message.add_alternative(page, subtype="html")
    return message


def whole_way(orders: list[dict[str, Any]], port: int, path: Path) -> float:
    """Orders a second: insert and commit, render, build, send over its own connection, mark."""
    db, environment = _table(path), Environment(autoescape=True)
    began = time.perf_counter()
    for order in orders:
        db.execute(
            "INSERT OR IGNORE INTO orders VALUES (?, ?, 0)", (order["id"], json.dumps(order))
        )
        db.commit()
        with smtplib.SMTP("127.0.0.1", port, local_hostname="bench.example.com") as smtp:
            smtp.send_message(mail(order, environment))
        db.execute("UPDATE orders SET sent = 1 WHERE id = ?", (order["id"],))
        db.commit()
    return len(orders) / (time.perf_counter() - began)


def _table(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, check_same_thread=False)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    db.execute("CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY, body TEXT, sent INTEGER)")
    return db


@contextmanager
def intake() -> Iterator[tuple[int, int]]:
    """`bench/usual_intake.py` as it runs: its port and its process id. Raises Skipped where what it
    needs cannot be had."""
    interpreter = _interpreter()
    with tempfile.TemporaryDirectory(prefix="bench-usual-") as folder:
        port = free_port()
        script = Path(__file__).with_name("usual_intake.py")
        process = subprocess.Popen((interpreter, script, str(port), f"{folder}/usual.db"))
        try:
            _answers(port)
            yield port, process.pid
        finally:
            process.kill()
            process.wait()


def _interpreter() -> Path:
    """Of an environment of its own, which is made the first time."""
    found = HOME / "bin" / "python"
    asked = "import fastapi, sqlalchemy, uvicorn"
    if not found.exists():
        venv.create(HOME, with_pip=True)
        subprocess.run((found, "-m", "pip", "-qq", "install", *NEEDED), check=False)
    if subprocess.run((found, "-c", asked), capture_output=True, check=False).returncode:
        raise Skipped(f"the usual way needs {', '.join(NEEDED)} in {HOME.name}/")
    return found


def _answers(port: int) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"the usual way did not start ({sys.version.split()[0]})")
