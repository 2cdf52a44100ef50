insert into booking.consents (
    consent_id, vehicle_id, owner_id, grantee_kind, grantee, scopes, given_by, given_at, starts_at, ends_at
) values (
    %(consent_id)s, %(vehicle_id)s, %(owner_id)s, %(grantee_kind)s, %(grantee)s, %(scopes)s, %(given_by)s, %(given_at)s,
    %(starts_at)s, %(ends_at)s
)
