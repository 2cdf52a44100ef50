-- What the migrations make, for reading. Written by a program: do not edit.

CREATE SCHEMA streaming;

GRANT USAGE ON SCHEMA streaming TO servicelane_streamer;
