-- A service adviser is at the desk of a workshop: who receives a visit is not claimed by it, but stays with the owner.
alter table booking.resources drop constraint if exists resources_kind_check;
alter table booking.resources add constraint resources_kind_check
    check (kind in ('bay', 'van', 'technician', 'equipment', 'loaner', 'adviser'));
alter table booking.bookings add column if not exists adviser_id bigint references booking.resources;
comment on column booking.bookings.adviser_id is 'Who receives the car; null where nobody of the desk is there then.';
