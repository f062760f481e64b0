"""What our web pages stand on: one file, no request to anywhere; light, dark, paper; both directions."""
