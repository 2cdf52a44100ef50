-- Which transaction last wrote a claim, so that a process that keeps what is taken in memory reads only what has changed
-- since it looked. A restored database may hold numbers of the one it came from: they are read once more than needed.
alter table booking.claims add column if not exists changed_xid xid8 not null default pg_current_xact_id();
create index if not exists claims_by_change on booking.claims (changed_xid);

create or replace function booking.note_change() returns trigger language plpgsql as $$
begin
    new.changed_xid := pg_current_xact_id();
    return new;
end
$$;

create or replace trigger claims_note_change before update on booking.claims
    for each row execute function booking.note_change();
