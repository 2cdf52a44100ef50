select count(*) as reports from telemetry.dtc_reports
