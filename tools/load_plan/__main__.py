"""`python -m tools.load_plan`: prints the plan; `--write` lays it into the documents."""

import argparse
import sys

from tools.load_plan.pages import DOCS, GUIDE, PAGE, laid_in, pictures, tables
from tools.load_plan.plan import PEAK, Plan


def main() -> None:
    """Prints every table, or writes the tables into their pages and the plots beside them."""
    parser = argparse.ArgumentParser(prog="python -m tools.load_plan")
    parser.add_argument("--orders", type=float, default=PEAK, help="a second, in the busiest hour")
    parser.add_argument("--write", action="store_true", help="into docs/, for the usual rate")
    asked = parser.parse_args()
    plan = Plan(PEAK if asked.write else asked.orders)
    made = tables(plan)
    if not asked.write:
        sys.stdout.write("\n\n".join("\n".join(rows) for rows in made.values()) + "\n")
        return
    for page in (PAGE, GUIDE):
        page.write_text(laid_in(page.read_text("utf-8"), made), encoding="utf-8")
    for name, drawn in pictures(plan).items():
        (DOCS / name).write_text(drawn, encoding="utf-8")


if __name__ == "__main__":
    main()
