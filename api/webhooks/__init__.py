"""Signed webhooks: other systems hear of a meeting's stages, see `docs/how-to/events.md`."""
