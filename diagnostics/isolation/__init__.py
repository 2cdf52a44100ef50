"""What the symptoms of one car come from: faults, their ranked causes, and what to check next."""
