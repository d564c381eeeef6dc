"""Benchmarks: speed of the vote path beside baselines, run by `make bench` and never by the tests."""
