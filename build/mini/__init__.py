"""How the small models under `models/mini/` are made: sentences, speech, training, evaluation."""
