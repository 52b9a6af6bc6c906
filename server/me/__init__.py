"""The own corner: who I am here, my devices, my language, and somebody to talk to."""
