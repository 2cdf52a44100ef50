-- Which transaction last described a workshop, for processes that remember them, and how often it was, for its ETag.
alter table booking.workshops add column if not exists changed_xid xid8 not null default pg_current_xact_id();
alter table booking.workshops add column if not exists version integer not null default 1;

create or replace function booking.count_description() returns trigger language plpgsql as $$
begin
    new.changed_xid := pg_current_xact_id();
    new.version := old.version + 1;
    return new;
end
$$;

create or replace trigger workshops_count_description before update on booking.workshops
    for each row execute function booking.count_description();
