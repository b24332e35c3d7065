"""The numbered steps that bring a database to the present schema; they run whenever a store is opened."""
