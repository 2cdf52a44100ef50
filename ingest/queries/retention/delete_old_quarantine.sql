-- `unresolved` are those that were to be driven again and never were.
with deleted as (
    delete from telemetry.quarantine
    where quarantine_id in (
        select quarantine_id
        from telemetry.quarantine
        where received_at < %(before)s
        order by received_at
        limit %(maximum)s
    )
    returning redriven_at, disposition
)
select count(*) as deleted,
       count(*) filter (where redriven_at is null and disposition = 'quarantined') as unresolved
from deleted
