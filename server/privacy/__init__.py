"""Who did what with whose: the record, as the student it is about sees it, and as the school does."""
