select extversion as version, coalesce(current_setting('timescaledb.license', true), '') as licence
from pg_extension
where extname = 'timescaledb'
