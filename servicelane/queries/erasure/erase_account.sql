-- Everything that names the account, in one statement. Visits stay as the workshop's, without a person; lines of the
-- access log stay as what happened to the car.
with consents as (
    delete from booking.consents
    where owner_id = %(owner_id)s or given_by = %(owner_id)s or (grantee_kind = 'driver' and grantee = %(owner_id)s)
), keys as (
    delete from booking.idempotency_keys where subject = %(owner_id)s
), visits as (
    update booking.bookings set owner_id = null, reasons = '[]' where owner_id = %(owner_id)s
), waits as (
    delete from booking.waiting where owner_id = %(owner_id)s
), calendars as (
    delete from booking.calendar_addresses
    where booking_id in (select booking_id from booking.bookings where owner_id = %(owner_id)s)
), told as (
    update booking.events set owner_id = null where owner_id = %(owner_id)s
), read_of as (
    update booking.access_log
    set owner_id = case when owner_id = %(owner_id)s then null else owner_id end,
        reader = case when reader = %(owner_id)s then 'erased' else reader end
    where owner_id = %(owner_id)s or reader = %(owner_id)s
), requests as (
    delete from booking.erasure_requests where owner_id = %(owner_id)s
), preferences as (
    delete from planner.reminder_preferences where owner_id = %(owner_id)s
), due_calendars as (
    delete from planner.calendar_addresses where owner_id = %(owner_id)s
), rungs as (
    delete from planner.reminder_rungs where owner_id = %(owner_id)s
), deliveries as (
    delete from planner.reminder_deliveries
    where reminder_id in (select reminder_id from planner.reminders where owner_id = %(owner_id)s)
), reminders as (
    delete from planner.reminders where owner_id = %(owner_id)s
), claims as (
    delete from vehicles.ownership_claims where owner_id = %(owner_id)s
)
delete from vehicles.ownerships where owner_id = %(owner_id)s
