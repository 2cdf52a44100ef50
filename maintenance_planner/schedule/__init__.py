"""What the planner does by the clock: the night's scoring, and reminders."""
