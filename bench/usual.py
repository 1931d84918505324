"""The usual way, as a baseline: one web framework handler, one commit, one template, one
`EmailMessage`, one SMTP transaction per order, each with its library's documented idiom."""

import json
import smtplib
import sqlite3
import time
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from jinja2 import Environment
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

INSERT = "INSERT OR IGNORE INTO orders VALUES (?, ?, 0)"
TEMPLATE = """<!doctype html><html><body><h1>Order {{ order.number }}</h1><table>
{% for line in order.lines %}<tr><td><img src="{{ line.image_url }}" alt=""></td>
<td><a href="{{ line.url }}">{{ line.title }}</a> {{ line.variant }}</td>
<td>{{ line.quantity }}</td><td>{{ line.unit_price }}</td><td>{{ line.total }}</td></tr>{% endfor %}
<tr><td>Subtotal</td><td>{{ order.totals.subtotal }}</td></tr>
<tr><td>Shipping</td><td>{{ order.totals.shipping }}</td></tr>
<tr><td>Total</td><td>{{ order.totals.total }} {{ order.currency }}</td></tr></table>
<p>{{ order.shipping_address.name }}<br>{{ order.shipping_address.line1 }}</p></body></html>"""


def table(path: Path) -> sqlite3.Connection:
    """A durable table of orders."""
    db = sqlite3.connect(path, check_same_thread=False)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    db.execute("CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY, body TEXT, sent INTEGER)")
    return db


def intake(path: Path) -> Starlette:
    """An endpoint that parses, inserts and commits per request."""
    db = table(path)

    async def take(request: Request) -> JSONResponse:
        order = await request.json()
        db.execute(
            "INSERT OR IGNORE INTO orders VALUES (?, ?, 0)", (order["id"], json.dumps(order))
        )
        db.commit()
        return JSONResponse({"id": order["id"]}, status_code=202)

    return Starlette(routes=[Route("/v1/orders", take, methods=["POST"])])


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
    db, environment = table(path), Environment(autoescape=True)
    began = time.perf_counter()
    for order in orders:
        db.execute(
            "INSERT OR IGNORE INTO orders VALUES (?, ?, 0)", (order["id"], json.dumps(order))
        )
        db.commit()
        with smtplib.SMTP("127.0.0.1", port) as smtp:
            smtp.send_message(mail(order, environment))
        db.execute("UPDATE orders SET sent = 1 WHERE id = ?", (order["id"],))
        db.commit()
    return len(orders) / (time.perf_counter() - began)
