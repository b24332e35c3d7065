"""Reports: one document model, and one renderer for each form that it is handed out in."""
