select count(*) as open
from vehicles.ownership_claims
where owner_id = %(owner_id)s and proven_at is null and ends_at > %(now)s
