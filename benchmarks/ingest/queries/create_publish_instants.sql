create temp table publish_instants (vehicle_id bigint not null, sequence bigint not null, unix_us bigint not null)
