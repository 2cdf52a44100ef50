-- What the function of the check depends on, system objects apart: those have no rows here.
select distinct coalesce(
    (select namespace.nspname || '.' || relation.relname
     from pg_class as relation
     join pg_namespace as namespace on namespace.oid = relation.relnamespace
     where dependency.refclassid = 'pg_class'::regclass and relation.oid = dependency.refobjid),
    (select namespace.nspname || '.' || routine.proname
     from pg_proc as routine
     join pg_namespace as namespace on namespace.oid = routine.pronamespace
     where dependency.refclassid = 'pg_proc'::regclass and routine.oid = dependency.refobjid)
) as name
from pg_depend as dependency
where dependency.classid = 'pg_proc'::regclass
  and dependency.objid = 'pg_temp.checked'::regproc
  and dependency.refclassid in ('pg_class'::regclass, 'pg_proc'::regclass)
