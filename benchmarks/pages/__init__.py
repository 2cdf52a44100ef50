"""What the pages cost on the server, with a fleet and a year of its history."""
