"""What happens to visits, told to whoever may know, in order and without a gap."""
