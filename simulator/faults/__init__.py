"""What goes wrong in a simulated car, hidden from everybody but the evaluation."""
