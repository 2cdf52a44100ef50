-- Positions for those who are given the right by name: no grant to the readers of everything that is published.
create or replace view published.positions as
select vehicle_id, recorded_at, latitude_deg, longitude_deg, altitude_m from telemetry.positions;
