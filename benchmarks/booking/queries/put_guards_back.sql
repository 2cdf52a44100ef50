-- As the migrations have them: this fails where two of the claims overlap.
alter table booking.claims add constraint claims_never_overlap
    exclude using gist (int8range(resource_id, resource_id, '[]') with &&, during with &&)
    where (state in ('held', 'confirmed', 'in_service'));
create index claims_by_time on booking.claims using gist (during) where (state in ('held', 'confirmed', 'in_service'))
