"""Rules about time: what can never happen because something else always happens before."""
