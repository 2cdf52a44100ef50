-- Only where the server preloads the library: without it, `create extension` would end the connection.
select default_version
from pg_available_extensions
where name = 'timescaledb'
  and installed_version is null
  and current_setting('timescaledb.disable_load', true) is not null
