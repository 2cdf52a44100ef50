"""What will be due or fail, and when: intervals, projection, recommendations."""
