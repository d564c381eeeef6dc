"""Russian sentences for people: what is refused, why, and what to do."""
