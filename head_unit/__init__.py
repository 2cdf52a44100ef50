"""The client a car runs: local buffer, batching, publish, resend until acknowledged."""
