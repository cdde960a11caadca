"""What keeps the house as it was designed: edges between rooms, cold imports, translations, the project's own files."""
