"""What a release has to do with earlier ones: near-duplicates and corrections."""
