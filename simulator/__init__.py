"""Cars that do not exist, and replays of recorded drives of cars that do."""
