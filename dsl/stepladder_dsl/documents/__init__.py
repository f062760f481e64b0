"""Process documents: what a spec says, for the people who work by it."""
