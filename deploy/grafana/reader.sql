-- The role that Grafana reads with: what the panels show, and nothing else. No owner, no position, no sample.
-- Run as the database's owner once the migrations are applied, then give it a password:
--   alter role servicelane_dashboard password '…'
do $$
begin
    if not exists (select from pg_roles where rolname = 'servicelane_dashboard') then
        create role servicelane_dashboard login;
    end if;
end
$$;

alter role servicelane_dashboard set default_transaction_read_only = on;
alter role servicelane_dashboard set statement_timeout = '30s';

grant usage on schema published to servicelane_dashboard;
grant select on published.vehicles, published.latest_state, published.continuity, published.drops, published.quarantine,
    published.redrives, published.intake_stops, published.findings, published.recommendations, published.bookings
    to servicelane_dashboard;
