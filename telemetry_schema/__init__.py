"""What crosses a process boundary: signals, frames, trouble codes, findings, commands, topics and their codecs."""
