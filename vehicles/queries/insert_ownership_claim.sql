insert into vehicles.ownership_claims (claim_id, owner_id, ends_at) values (%(claim_id)s, %(owner_id)s, %(ends_at)s)
