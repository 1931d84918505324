"""Stock from a table of the shop's own database, a file per kind of database."""
