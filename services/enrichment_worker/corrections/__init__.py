"""What people say about tags, applied to an enriched release."""
