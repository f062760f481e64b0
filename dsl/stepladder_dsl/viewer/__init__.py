"""The interactive picture: one HTML file with every view, each thing's card, and the lines of the spec."""
