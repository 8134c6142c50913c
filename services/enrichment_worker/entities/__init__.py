"""Who and where: mentions of people, bodies and places, and what they are."""
