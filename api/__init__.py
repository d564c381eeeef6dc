"""Everything that talks to the outside: HTTP, web pages, the house chat, commands. Thin."""
