"""What the law says and what has happened: facts, states, rules and counting.

Nothing here reads a clock, draws a random number or talks to the world: time and ids come in as
arguments, facts come out.
"""
