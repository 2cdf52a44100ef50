-- What the migrations make, for reading. Written by a program: do not edit.

CREATE SCHEMA booking;

GRANT USAGE ON SCHEMA booking TO servicelane_booking_api;
