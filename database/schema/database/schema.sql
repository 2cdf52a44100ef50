-- What the migrations make, for reading. Written by a program: do not edit.

CREATE SCHEMA database;

GRANT USAGE ON SCHEMA database TO servicelane_reader;
