"""Identification: what is proven of whoever answers by a personal link, and how it gets proven."""
