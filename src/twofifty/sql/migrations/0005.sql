-- From schema 4 to 5, run inside one transaction and with foreign keys off.

ALTER TABLE jobs ADD COLUMN published_until REAL;
CREATE INDEX jobs_unpublished ON jobs (run_at) WHERE owner IS NULL AND published_until IS NULL;
CREATE INDEX jobs_published ON jobs (published_until)
    WHERE owner IS NULL AND published_until IS NOT NULL;

CREATE INDEX orders_source ON orders (source);
