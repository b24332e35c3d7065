"""Marketing's documents read: a file in, a document and passages that each stand alone out."""
