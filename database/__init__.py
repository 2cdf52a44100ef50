"""Pool, migrations, named queries, and the embedded server. Knows no business."""
