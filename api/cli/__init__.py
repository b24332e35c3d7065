"""The command `buyerspeak`."""
