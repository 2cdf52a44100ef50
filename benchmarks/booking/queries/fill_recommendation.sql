insert into planner.recommendations (
    recommendation_id, vehicle_id, item, urgency, titles, reasons, finding_ids, operations, due_at, latest_safe_at
) values (
    gen_random_uuid(), %(vehicle_id)s, 'replace_12v_battery', 2, '{"en": "Battery", "zh": "蓄电池"}', '{"en": [], "zh": []}', '{}',
    '[{"code": "replace_12v_battery", "minutes": 60, "skill": "electrical"}]', now() + interval '9 days',
    now() + interval '12 days'
)
returning recommendation_id
