"""Pages for people: the owner's ballot and the observer's page; they work without JavaScript."""
