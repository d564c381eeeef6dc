"""Announcements of organisations: who may speak to which house, templates, pages."""
