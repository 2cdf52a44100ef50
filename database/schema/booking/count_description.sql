-- What the migrations make, for reading. Written by a program: do not edit.

CREATE FUNCTION booking.count_description() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    new.changed_xid := pg_current_xact_id();
    new.version := old.version + 1;
    return new;
end
$$;
