-- One page of the cars that were planned once, of one share of them.
select vehicle_id
from planner.planned
where vehicle_id > %(after)s and vehicle_id %% %(shares)s = %(share)s
order by vehicle_id
limit %(maximum)s
