"""How a student's words grow: what they told with them and who else saw it, as a picture and as a list (Mijn woorden)."""
