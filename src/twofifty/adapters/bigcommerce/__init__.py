"""BigCommerce: orders by webhook (an id only) and the V2 and V3 Orders APIs."""
