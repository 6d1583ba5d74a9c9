"""What MISP and those who speak its language are told: a feed, and searches.

An event holds what one source named as bad on one day; its attributes are the values.
"""
