"""Text: cleaning, sentences, the lexer and the number grammar; every number phrase with its span and value."""

from transforms.text.cleaning import furniture_spans
from transforms.text.quantities import Quantity, find_quantities
from transforms.text.sentences import sentence_spans

__all__ = ["Quantity", "find_quantities", "furniture_spans", "sentence_spans"]
