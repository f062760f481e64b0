"""The pages of the data codes: sentences and explanations, one file for each code and human language."""
