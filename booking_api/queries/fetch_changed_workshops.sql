-- The workshops that no snapshot before `since` has shown as they are now, and the `since` for the next time.
select pg_snapshot_xmin(pg_current_snapshot())::text as seen_until,
       array(
           select workshop.workshop_id from booking.workshops as workshop
           where workshop.changed_xid >= %(since)s::text::xid8
       ) as workshop_ids
