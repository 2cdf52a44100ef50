-- What the migrations make, for reading. Written by a program: do not edit.

CREATE SCHEMA planner;

GRANT USAGE ON SCHEMA planner TO servicelane_maintenance_planner;
