"""What each part costs, measured where it runs: `make bench`."""
