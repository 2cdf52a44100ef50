"""What searching, holding and booking a visit takes: the real server and database, over HTTP."""
