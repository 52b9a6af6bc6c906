"""Who belongs to the school, as its own system lists them: read, looked at, applied, undone."""
