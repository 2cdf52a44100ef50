-- The items of these cars that are not named.
delete from planner.service_status as known
where known.vehicle_id = any(%(vehicle_ids)s)
  and not exists (
      select from unnest(%(kept_vehicle_ids)s::bigint[], %(kept_items)s::text[]) as kept (vehicle_id, item)
      where kept.vehicle_id = known.vehicle_id and kept.item = known.item
  )
