delete from streaming.offsets
where group_name = %(group)s
