"""What the comparison runs beside `stepladder`: programs, called `python -m contenders.NAME DATA OUT`."""
