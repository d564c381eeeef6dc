"""The house chat: posts about a meeting's life, an outbox that survives a crash, messengers."""
