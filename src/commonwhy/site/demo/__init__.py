"""Alder Creek Unified, an invented district: eighteen months of the loop, told with dates relative to today.

`load.load_demo` builds it through the rooms' own services wherever time allows, from the words in `words/` (written for
it, by hand) and from names drawn with a fixed seed, so that every load tells the same story.
"""
