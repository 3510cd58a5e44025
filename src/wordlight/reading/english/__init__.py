"""English as it is read aloud: rules for what people write, NeMo's grammars for the rest.

``reader.read_english`` is the whole of it.
"""
