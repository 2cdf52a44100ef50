select artefact_id, document
from diagnostics.models
where artefact_id = any(%(artefact_ids)s)
