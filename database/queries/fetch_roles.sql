-- Those of the named roles that exist, with the groups they are members of.
select role.rolname as name,
       array(select parent.rolname
             from pg_auth_members as membership
             join pg_roles as parent on parent.oid = membership.roleid
             where membership.member = role.oid)::text[] as groups
from pg_roles as role
where role.rolname = any(%(names)s::text[])
