copy pg_temp.publish_instants (vehicle_id, sequence, unix_us) from stdin
