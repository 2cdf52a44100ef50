select value
from database.facts
where name = %(name)s
