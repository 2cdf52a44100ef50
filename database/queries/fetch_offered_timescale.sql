select default_version
from pg_available_extensions
where name = 'timescaledb' and installed_version is null
