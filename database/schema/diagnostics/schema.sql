-- What the migrations make, for reading. Written by a program: do not edit.

CREATE SCHEMA diagnostics;

GRANT USAGE ON SCHEMA diagnostics TO servicelane_diagnostics;
