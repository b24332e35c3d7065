"""Finished transcripts, in the forms that others write, read as turns."""
