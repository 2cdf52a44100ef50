-- Until the end of the transaction nobody adds a confirmed cause.
select pg_advisory_xact_lock_shared(hashtext('diagnostics.isolation.weights'))
