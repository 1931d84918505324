"""A shop's own MySQL or MariaDB tables as a source, by the binary log in row format."""
