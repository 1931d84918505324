"""The usual intake, as a baseline: FastAPI, a session of SQLAlchemy's and a commit per request.

    build/usual/bin/python bench/usual_intake.py PORT DATABASE

It runs with an interpreter of its own that has fastapi, sqlalchemy and uvicorn, which the product
does not need: `bench.usual` makes it. SQLite with the same durability as ours.
"""

import json
import sys
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

fastapi = import_module("fastapi")
sqlalchemy = import_module("sqlalchemy")
orm = import_module("sqlalchemy.orm")
uvicorn = import_module("uvicorn")


@dataclass
class Line:
    """One line of an order."""

    id: str
    title: str
    quantity: str
    unit_price: str
    total: str
    sku: str | None = None
    variant: str | None = None
    tax: str = "0"
    discount: str = "0"
    image_url: str | None = None
    url: str | None = None


@dataclass
class Order:
    """What is posted."""

    source: str
    id: str
    number: str
    currency: str
    customer: dict[str, Any]
    totals: dict[str, Any]
    lines: list[Line]
    state: dict[str, Any] = field(default_factory=dict)
    shipping_address: dict[str, Any] | None = None
    billing_address: dict[str, Any] | None = None


class OrderRow:
    """A row of the orders' table."""

    id: int


def _session_of(path: Path) -> Any:
    engine = sqlalchemy.create_engine(f"sqlite:///{path}", connect_args={"timeout": 30})

    @sqlalchemy.event.listens_for(engine, "connect")
    def durable(connection: Any, _: Any) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")

    registry = orm.registry()
    table = sqlalchemy.Table(
        "orders",
        registry.metadata,
        sqlalchemy.Column("id", sqlalchemy.Integer, primary_key=True),
        sqlalchemy.Column("source", sqlalchemy.String, index=True),
        sqlalchemy.Column("order_id", sqlalchemy.String, unique=True),
        sqlalchemy.Column("email", sqlalchemy.String, index=True),
        sqlalchemy.Column("body", sqlalchemy.Text),
        sqlalchemy.Column("status", sqlalchemy.String, index=True),
    )
    registry.map_imperatively(OrderRow, table)
    registry.metadata.create_all(engine)
    return orm.sessionmaker(engine)


def app(path: Path) -> Any:
    """The service."""
    sessions = _session_of(path)
    made = fastapi.FastAPI()

    @made.post("/v1/orders", status_code=202)
    def take(order: Order) -> dict[str, str]:
        row = OrderRow()
        for name, value in _columns(order).items():
            setattr(row, name, value)
        with sessions() as session:
            session.add(row)
            session.commit()
            return {"order_id": order.id, "row": str(row.id)}

    return made


def _columns(order: Order) -> dict[str, str]:
    body = json.dumps(order, default=lambda one: one.__dict__)
    email = str(order.customer.get("email"))
    said = {"source": order.source, "order_id": order.id, "email": email}
    return {**said, "body": body, "status": "queued"}


if __name__ == "__main__":
    uvicorn.run(
        app(Path(sys.argv[2])), host="127.0.0.1", port=int(sys.argv[1]), log_level="warning"
    )
