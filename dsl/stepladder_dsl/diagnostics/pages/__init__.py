"""The pages of the language codes: sentences and explanations, one file for each code and human language."""
