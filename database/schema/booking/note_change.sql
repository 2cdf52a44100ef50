-- What the migrations make, for reading. Written by a program: do not edit.

CREATE FUNCTION booking.note_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    new.changed_xid := pg_current_xact_id();
    return new;
end
$$;
