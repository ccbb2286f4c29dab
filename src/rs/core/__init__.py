"""The nouns: scenes, products, results, their names and how they are found."""
