-- Those whose time is over by now are worth nothing without this.
with over as (
    delete from booking.ended_sessions where ends_at < %(now)s
)
insert into booking.ended_sessions (session_id, ends_at) values (%(session_id)s, %(ends_at)s)
on conflict (session_id) do nothing
