"""Rules that speak of what a spec means: one module and one page for each, in a folder by family."""
