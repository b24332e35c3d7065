"""One file per step, appended and never edited."""
