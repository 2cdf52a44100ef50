"""Logged CAN to values and code reports: candump, ISO-TP, UDS, OBD-II and J1939. Pure: bytes in, values out."""
