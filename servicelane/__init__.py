"""The composition root: the command line, the local stack, the demo. The only place that knows everything."""
