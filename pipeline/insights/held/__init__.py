"""What search keeps beside the database: vectors, words and facts of every phrase, in files that are mapped."""
