select last_vehicle_id, deleted
from telemetry.delete_old_of_cars(%(target)s, %(instant)s, %(before)s, %(after)s, %(cars)s, %(maximum)s)
