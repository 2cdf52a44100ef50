-- Every query finds records by their place, along the primary key: a rough idea of what is there suffices. With every tenth
-- that the table grows, ANALYZE would otherwise read tens of thousands of records with their values.
alter table streaming.records
    alter column topic set statistics 10, alter column partition set statistics 10,
    alter column transaction_id set statistics 10, alter column id set statistics 10,
    alter column appended_at set statistics 10;
