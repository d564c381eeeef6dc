"""A faithful fake of the MAX messenger, built from `facts.json`; for tests and the demo only."""
