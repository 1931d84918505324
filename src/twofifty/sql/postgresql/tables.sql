-- How PostgreSQL keeps the tables that change all the time: room in each page for the next version
-- of a row, and vacuum by what has changed, not by a share of a history that only grows.
ALTER TABLE jobs SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 2000, autovacuum_analyze_scale_factor = 0,
    autovacuum_analyze_threshold = 20000, autovacuum_vacuum_cost_delay = 0);
ALTER TABLE workers SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 200, autovacuum_vacuum_cost_delay = 0);
ALTER TABLE meta SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 200, autovacuum_vacuum_cost_delay = 0);
ALTER TABLE messages SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02,
    autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_insert_scale_factor = 0.05,
    autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE orders SET (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.02,
    autovacuum_vacuum_threshold = 20000, autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE events SET (fillfactor = 95, autovacuum_vacuum_scale_factor = 0.02,
    autovacuum_vacuum_threshold = 20000, autovacuum_analyze_scale_factor = 0.02);

-- These come compressed: PostgreSQL need not try again.
ALTER TABLE events ALTER COLUMN body SET STORAGE EXTERNAL;
ALTER TABLE revisions ALTER COLUMN body SET STORAGE EXTERNAL;
ALTER TABLE revisions ALTER COLUMN amended SET STORAGE EXTERNAL;
ALTER TABLE messages ALTER COLUMN raw SET STORAGE EXTERNAL;
ALTER TABLE messages ALTER COLUMN inputs SET STORAGE EXTERNAL;
ALTER TABLE feedback_bodies ALTER COLUMN body SET STORAGE EXTERNAL;
