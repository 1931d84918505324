"""PostgreSQL's own log as a source of orders: logical replication with pgoutput."""
