"""What others saw: an employee or a guest says which quality a student showed, and the student decides what becomes of it."""
