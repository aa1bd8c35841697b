"""Flask review application (see README)."""
