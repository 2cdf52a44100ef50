call refresh_continuous_aggregate(%(name)s::regclass, %(from_at)s::timestamptz, %(to_at)s::timestamptz)
