select night_on, finished_at from planner.nights order by night_on desc limit 1
