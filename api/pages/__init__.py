"""The pages: each a frozen dataclass, which is all that its template may show, and its routes."""
