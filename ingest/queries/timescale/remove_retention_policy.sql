select remove_retention_policy(%(name)s::regclass, if_exists => true)
