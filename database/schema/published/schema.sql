-- What the migrations make, for reading. Written by a program: do not edit.

CREATE SCHEMA published;

GRANT USAGE ON SCHEMA published TO servicelane_reader;
