"""The readings of the whole corpus: they ask the store and the index, and never run a stage."""
