-- Those of the named roles that the connected user cannot become.
select name, current_user::text as user_name
from unnest(%(names)s::text[]) as name
where not pg_has_role(name, %(privilege)s::text)
