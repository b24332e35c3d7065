"""Files in which people wrote down what was said in a call, read as references to measure against."""
