-- Cheap figures for the live view.
select (select count(*) from published.findings where severity >= 2) as findings,
       (select count(*) from published.recommendations) as recommendations,
       (select count(*) from published.latest_state) as vehicles_heard
