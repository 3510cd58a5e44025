"""How well captions are broken: a corpus, the segmenters compared on it, and the scores."""
