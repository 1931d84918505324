"""A small shop's own MySQL database: its tables, and orders put into them. They map to orders as
those of `rows_shop` do."""

import pymysql
from pymysql.cursors import Cursor

_TABLES = """
CREATE TABLE customers (id bigint unsigned PRIMARY KEY, name varchar(80), email varchar(190));
CREATE TABLE products (
    id bigint unsigned PRIMARY KEY, title varchar(80) NOT NULL, sku varchar(40), image text);
CREATE TABLE addresses (
    id bigint unsigned AUTO_INCREMENT PRIMARY KEY, order_id bigint unsigned NOT NULL,
    kind varchar(20), street varchar(80), city varchar(80), zip varchar(20), country char(2),
    KEY (order_id));
CREATE TABLE orders (
    id bigint unsigned PRIMARY KEY, number varchar(40), customer_id bigint unsigned,
    status enum('cart','pending','paid','shipped','cancelled') NOT NULL, total_cents bigint,
    shipping_cents bigint, created datetime(3), data json, memo text);
CREATE TABLE order_items (
    id bigint unsigned AUTO_INCREMENT PRIMARY KEY, order_id bigint unsigned NOT NULL,
    product_id bigint unsigned, quantity decimal(10,2), price_cents bigint, KEY (order_id));
CREATE TABLE elsewhere (id bigint unsigned AUTO_INCREMENT PRIMARY KEY, filler text);
INSERT INTO customers
    SELECT seq, concat('Customer ', seq), concat('customer', seq, '@example.com')
    FROM seq_1_to_100;
INSERT INTO products
    SELECT seq, concat('Product ', seq), concat('SKU-', seq),
    concat('https://shop.example.com/', seq) FROM seq_1_to_50
"""
SCHEMA = tuple(_TABLES.split(";"))

_ORDER = (
    'INSERT INTO orders VALUES (%s, %s, %s, %s, %s, 490, now(3), \'{"locale": "de-AT"}\', '
    "'a memo')"
)
_ITEM = (
    "INSERT INTO order_items (order_id, product_id, quantity, price_cents) "
    "VALUES (%s, %s, %s, 1000)"
)
_ADDRESS = (
    "INSERT INTO addresses (order_id, kind, street, city, zip, country) "
    "VALUES (%s, 'shipping', 'Straße 1', 'Wien', '1010', 'AT')"
)


def put(
    connection: "pymysql.Connection[Cursor]", order: int, *, status: str = "paid", items: int = 3
) -> None:
    """Inserts an order with its lines and its address; the caller commits."""
    total = sum(1000 * each for each in range(1, items + 1)) + 490
    with connection.cursor() as cursor:
        cursor.execute(_ORDER, (order, f"A-{order}", order % 100 + 1, status, total))
        cursor.executemany(_ITEM, [(order, each, each) for each in range(1, items + 1)])
        cursor.execute(_ADDRESS, (order,))
