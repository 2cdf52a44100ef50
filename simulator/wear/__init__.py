"""How parts wear over years: cars lived trip by trip, without frames."""
