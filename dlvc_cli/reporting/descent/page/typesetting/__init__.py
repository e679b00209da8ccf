"""Formulas as MathML.

terms       what a formula is made of
reading     a formula's text, in Python's notation or the usual one -> terms
mathml      terms -> markup
"""
