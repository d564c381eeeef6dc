"""Benchmarks: the speed of a vote beside baselines; run by `make bench`, never by the tests."""
