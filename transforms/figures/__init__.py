"""Figures: what a number is about. Mentions, slots and the frame of published figures."""
