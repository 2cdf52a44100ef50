insert into diagnostics.findings
select %(finding_id)s, %(vehicle_id)s, 'thermostat_stuck_open', 'thermostat', 2, at, at, null, '[]',
       '{"en": "The engine does not get warm.", "zh": "发动机温度过低。"}'
from (select %(as_of)s::timestamptz - interval '1 day' as at) as found
