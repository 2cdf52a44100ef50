-- The service book stays with the car, without what was written beside it.
with notes as (
    update planner.service_records set note = null
    where vehicle_id = %(vehicle_id)s and performed_on >= %(from_at)s::date and performed_on <= %(to_at)s::date
), days as (
    delete from planner.vehicle_days
    where vehicle_id = %(vehicle_id)s
      and (recorded_at >= %(from_at)s and recorded_at < %(to_at)s
           or recorded_at is null and day >= %(from_at)s::date and day <= %(to_at)s::date)
), changes as (
    delete from planner.recommendation_changes
    where vehicle_id = %(vehicle_id)s and changed_at >= %(from_at)s and changed_at < %(to_at)s
), verifications as (
    delete from planner.verifications
    where vehicle_id = %(vehicle_id)s and performed_on >= %(from_at)s::date and performed_on <= %(to_at)s::date
), usage as (
    delete from planner.usage where vehicle_id = %(vehicle_id)s
), wear as (
    delete from planner.wear where vehicle_id = %(vehicle_id)s
), statuses as (
    delete from planner.service_status where vehicle_id = %(vehicle_id)s
), recommendations as (
    delete from planner.recommendations where vehicle_id = %(vehicle_id)s
)
delete from planner.planned where vehicle_id = %(vehicle_id)s
