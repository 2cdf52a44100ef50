insert into diagnostics.code_transitions (vehicle_id, ecu, code, at, bit, is_set)
values (%(vehicle_id)s, %(ecu)s, %(code)s, %(at)s, %(bit)s, %(is_set)s)
