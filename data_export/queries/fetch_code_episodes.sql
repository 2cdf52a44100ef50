-- Those that were there at any moment of the period.
select asked.*
from unnest(%(vehicle_ids)s::bigint[]) as car(vehicle_id)
cross join lateral (
    select episode.vehicle_id, episode.ecu, episode.code, episode.status, episode.first_seen_at, episode.last_seen_at,
           episode.confirmed_at, episode.healed_at, episode.ended_at, episode.occurrences, episode.recurred, episode.mil,
           episode.severity, episode.titles ->> 'en' as title_en, episode.titles ->> 'zh' as title_zh,
           episode.freeze_frame, episode.transitions, episode.system, episode.ended_by, episode.permanent_at,
           episode.permanent_ended_at, episode.verified_at
    from published.code_lives as episode
    where episode.vehicle_id = car.vehicle_id and episode.first_seen_at < %(to_at)s
      and (episode.ended_at is null or episode.ended_at >= %(from_at)s)
    order by episode.first_seen_at, episode.ecu, episode.code
) as asked
