"""What a student's own device keeps, to work without signal."""
