-- What a new description of a workshop replaces. Its resources stay for the claims on them, out of use until described.
with workshop as (
    select resource_id from booking.resources where workshop_id = %(workshop_id)s
), hours as (
    delete from booking.opening_hours where workshop_id = %(workshop_id)s
), closed as (
    delete from booking.closed_days where workshop_id = %(workshop_id)s
), services as (
    delete from booking.services where workshop_id = %(workshop_id)s
), stock as (
    delete from booking.parts_stock where workshop_id = %(workshop_id)s
), breaks as (
    delete from booking.breaks where resource_id in (select resource_id from workshop)
), absences as (
    delete from booking.absences where resource_id in (select resource_id from workshop)
)
update booking.resources set active = false where workshop_id = %(workshop_id)s
