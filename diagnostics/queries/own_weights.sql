-- Until the end of the transaction nobody else isolates a fault: what follows is seen by all who do so later.
select pg_advisory_xact_lock(hashtext('diagnostics.isolation.weights'))
