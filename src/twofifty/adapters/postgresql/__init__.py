"""The store beyond one machine: PostgreSQL, the same rows and queries as the embedded one."""
