-- What the migrations make, for reading. Written by a program: do not edit.

CREATE SCHEMA vehicles;

GRANT USAGE ON SCHEMA vehicles TO servicelane_vehicles;
