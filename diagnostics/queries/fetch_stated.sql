-- What was stated of the causes of faults whose cause was then confirmed.
select value as true_cause, shown as probabilities
from diagnostics.workshop_reports
where kind = 'cause' and shown <> '{}'
order by isolation_id
