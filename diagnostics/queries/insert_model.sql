insert into diagnostics.models (artefact_id, vehicle_model, document)
values (%(artefact_id)s, %(vehicle_model)s, %(document)s)
on conflict do nothing
