"""What the engine and the command line say, in the reader's language."""
