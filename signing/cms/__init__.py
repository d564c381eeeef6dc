"""Detached CMS / CAdES-BES signatures: what can be known offline, and what cannot, said plainly."""
