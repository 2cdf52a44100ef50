-- Sessions of the pages that were signed out of before their time was over. A number alone, nobody's name.
create table if not exists booking.ended_sessions (
    session_id uuid        not null primary key,
    ends_at    timestamptz not null
);
grant select, insert, update, delete on booking.ended_sessions to servicelane_booking_api;
