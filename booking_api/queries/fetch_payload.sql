select payload from published.quarantine_payloads where quarantine_id = %(quarantine_id)s
