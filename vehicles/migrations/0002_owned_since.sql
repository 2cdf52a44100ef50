-- Since when the present owner has the car: what was recorded before is of somebody else.
create or replace view published.ownerships as
select vehicle_id, owner_id, since from vehicles.ownerships where until is null;

grant select on published.ownerships to servicelane_booking_api;
