"""Any shop that sends JSON: a table of JMESPath expressions says where an order's facts stand."""
