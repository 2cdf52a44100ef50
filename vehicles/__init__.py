"""Which cars exist, who owns them, their credentials."""
