-- Where an owner can be reached: for the reminders of the planner, and for nobody else.
create or replace view published.owner_contacts as
select owner_id, coalesce(contact ->> 'email', contact ->> 'mail') as email from vehicles.owners;

grant select on published.owner_contacts to servicelane_maintenance_planner;
grant select on published.vehicle_owners to servicelane_maintenance_planner;
