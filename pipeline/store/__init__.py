"""The truth: what is held, in SQLite or PostgreSQL; nobody outside this folder knows which."""
