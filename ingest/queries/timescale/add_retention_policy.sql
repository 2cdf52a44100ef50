select add_retention_policy(%(name)s::regclass, drop_after => %(drop_after)s::interval)
