-- The resources with claims that no snapshot before `since` has shown, and the `since` for the next time: transactions
-- below it had ended when this one looked.
select pg_snapshot_xmin(pg_current_snapshot())::text as seen_until,
       array(
           select distinct claim.resource_id from booking.claims as claim
           where claim.changed_xid >= %(since)s::text::xid8
       ) as resource_ids
