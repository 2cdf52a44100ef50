-- Where no judgement is given, the one that is there stays. `revision` names this transaction.
insert into diagnostics.car_states (vehicle_id, judged_until, folded_until, rules, judgement, revision)
select vehicle_id, judged_until, folded_until, %(rules)s, judgement, pg_current_xact_id()::text
from unnest(%(vehicle_ids)s::bigint[], %(judged_until)s::timestamptz[], %(folded_until)s::timestamptz[],
            %(judgements)b::text[]) as told (vehicle_id, judged_until, folded_until, judgement)
on conflict (vehicle_id) do update
set judged_until = excluded.judged_until, folded_until = excluded.folded_until, rules = excluded.rules,
    judgement = coalesce(excluded.judgement, car_states.judgement), revision = excluded.revision
returning vehicle_id, revision
