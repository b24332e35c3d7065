"""What was learned: one file per model, audio or text in, numbers or text out."""
