-- Where ingest takes nothing until somebody lets it go on.
select part, stopped_at, affected, heard from published.intake_stops where resumed_at is null order by stopped_at
