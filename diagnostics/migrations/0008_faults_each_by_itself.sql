-- Each fault is derived again when something of it is new, whatever else the car has.
comment on column diagnostics.isolations.inputs is 'A digest of all that this fault was derived from.';
