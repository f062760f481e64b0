"""Rules about offers, money and figures."""
