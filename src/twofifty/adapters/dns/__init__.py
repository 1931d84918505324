"""The DNS, asked for records, with deadlines, and everything that goes wrong as a value."""
