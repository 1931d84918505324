"""A small shop's own database: its tables, orders put into them, and how they map to orders."""

import tomllib

import psycopg

SCHEMA = """
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text, last_login timestamptz);
CREATE TABLE products (id bigint PRIMARY KEY, title text NOT NULL, sku text, image text);
CREATE TABLE addresses (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, order_id bigint NOT NULL, kind text,
    street text, city text, zip text, country text);
CREATE TABLE orders (
    id bigint PRIMARY KEY, number text, customer_id bigint, status text NOT NULL,
    total_cents bigint, shipping_cents bigint, created timestamp, data jsonb, memo text);
CREATE TABLE order_items (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, order_id bigint NOT NULL,
    product_id bigint, quantity numeric(10,2), price_cents bigint);
CREATE INDEX ON order_items (order_id);
CREATE INDEX ON addresses (order_id);
CREATE TABLE elsewhere (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, filler text);
INSERT INTO customers SELECT i, 'Customer ' || i, 'customer' || i || '@example.com'
    FROM generate_series(1, 100) AS i;
INSERT INTO products SELECT i, 'Product ' || i, 'SKU-' || i, 'https://shop.example.com/' || i
    FROM generate_series(1, 50) AS i;
"""

TABLES = tomllib.loads("""
money = "minor"
time_zone = "Europe/Berlin"

[order]
table = "orders"
id = "id"
number = "number"
status = "status"
currency = "'EUR'"
total = "total_cents"
shipping = "shipping_cents"
placed_at = "created"
customer_id = "customer_id"
locale = "data.locale | 'de'"
note = "memo"

[status]
completed = ["paid", "shipped"]
cancelled = ["cancelled"]
fulfilled = ["shipped"]

[line]
table = "order_items"
order = "order_id"
id = "id"
product_id = "product_id"
quantity = "quantity"
unit_price = "price_cents"

[product]
table = "products"
by = "product_id"
title = "title"
sku = "sku"
image_url = "image"

[customer]
table = "customers"
by = "customer_id"
name = "name"
email = "email"

[shipping_address]
table = "addresses"
order = "order_id"
where = { kind = "shipping" }
line1 = "street"
city = "city"
postal_code = "zip"
country = "country"
""")

_ORDER = (
    "INSERT INTO orders VALUES (%s, %s, %s, %s, %s, 490, now() AT TIME ZONE 'Europe/Berlin', "
    '\'{"locale": "de-AT"}\', %s)'
)
_ITEM = (
    "INSERT INTO order_items (order_id, product_id, quantity, price_cents) "
    "SELECT %s, i, i, 1000 FROM generate_series(1, %s) AS i"
)
_ADDRESS = (
    "INSERT INTO addresses (order_id, kind, street, city, zip, country) "
    "VALUES (%s, 'shipping', 'Street 1', 'Vienna', '1010', 'AT')"
)


def put(
    connection: psycopg.Connection, order: int, *, status: str = "paid", items: int = 3
) -> None:
    """Inserts an order with its lines and its address; the caller commits."""
    total = sum(1000 * each for each in range(1, items + 1)) + 490
    connection.execute(_ORDER, (order, f"A-{order}", order % 100 + 1, status, total, "a memo"))
    connection.execute(_ITEM, (order, items))
    connection.execute(_ADDRESS, (order,))
