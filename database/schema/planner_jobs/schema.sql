-- What the migrations make, for reading. Written by a program: do not edit.

CREATE SCHEMA planner_jobs;

GRANT ALL ON SCHEMA planner_jobs TO servicelane_maintenance_planner;
