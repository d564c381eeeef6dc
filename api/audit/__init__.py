"""The audit of a bundle: all steps in order, the report, its Russian wording and its JSON."""
