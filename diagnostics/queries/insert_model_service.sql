insert into diagnostics.model_services (vehicle_model, from_at, artefact_id)
values (%(vehicle_model)s, %(from_at)s, %(artefact_id)s)
