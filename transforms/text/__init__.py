"""Text: cleaning, sentences, the lexer and the number grammar; every number phrase with its span and value."""
