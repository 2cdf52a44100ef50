-- What the migrations make, for reading. Written by a program: do not edit.

CREATE VIEW published.owner_contacts AS
 SELECT owner_id,
    COALESCE((contact ->> 'email'::text), (contact ->> 'mail'::text)) AS email
   FROM vehicles.owners;

GRANT SELECT ON TABLE published.owner_contacts TO servicelane_maintenance_planner;
