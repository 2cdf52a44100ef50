"""What those who repair look at: their bays and people, the cars to come, what helped other cars."""
