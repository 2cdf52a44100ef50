select package, name, checksum
from database.applied_migrations
order by package, name
