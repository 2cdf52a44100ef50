-- From when on which artefact judges these models of car; of all where none are named.
select vehicle_model, extract(epoch from from_at)::float8 as from_s, artefact_id
from diagnostics.model_services
where %(vehicle_models)s::text[] is null or vehicle_model = any(%(vehicle_models)s::text[])
order by vehicle_model, from_at
