"""``kms-jwt dev``: a program on the embedded AWS while one works on it."""
