"""What texts may mean: numbers, days and clock times in them, whose a number is, words that were recognised. Pure."""
