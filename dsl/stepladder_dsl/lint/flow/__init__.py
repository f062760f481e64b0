"""Rules about the ways of a process: in, through and out."""
