"""The shared language: qualities, motives and questions."""
