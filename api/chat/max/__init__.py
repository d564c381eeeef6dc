"""The MAX messenger: a thin client of its Bot API and the adapter to the house chat's port."""
