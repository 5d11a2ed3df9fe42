"""Figures: what each number phrase of an article is about: mentions, slots and their order of rules, extraction."""

from transforms.figures.extract import extract_figures

__all__ = ["extract_figures"]
