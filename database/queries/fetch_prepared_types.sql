select parameter_types::text[] as types
from pg_prepared_statements
where name = 'checked'
