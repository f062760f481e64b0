"""The report a consultant hands over: what is owed, where clients leak, what the money says, and why."""
