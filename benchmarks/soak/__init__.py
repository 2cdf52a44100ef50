"""The whole stack at half of what it can do, for long: whether memory, lag and latency stay where they are."""
