"""What a coordinator keeps: groups and people, who may do what, what the school is called."""
