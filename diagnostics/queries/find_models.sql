-- Artefacts by the beginning of their hash.
select artefact_id, document
from diagnostics.models
where starts_with(artefact_id, %(beginning)s)
order by artefact_id
