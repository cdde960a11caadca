"""The mathematics of CommonWhy: arrays in, frozen dataclasses out, no Django.

Each module is one method, named as the field names it, with the source of its formulas in its docstrings.
"""
