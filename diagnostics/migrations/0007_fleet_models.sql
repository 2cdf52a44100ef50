-- Trained models: the artefact as it was written, by the hash of its content, and from when on which one judges a model of
-- car. `artefact_id` null: from then on none does. Both are only added to: what was judged stays explained.
create table if not exists diagnostics.models (
    artefact_id   text not null primary key,
    vehicle_model text not null,
    document      text not null
);

create table if not exists diagnostics.model_services (
    vehicle_model text        not null,
    from_at       timestamptz not null,
    artefact_id   text references diagnostics.models (artefact_id),
    primary key (vehicle_model, from_at)
);

grant select, insert, update, delete on diagnostics.models, diagnostics.model_services to servicelane_diagnostics;
