"""What is done: records, store, the stages of one call, the readings of the whole corpus, the runner."""
