"""A township of invented people, to practise on, to show and to measure with.

Everything here is made by code from a seed: no real person, number or telephone. It knows no register class, store or
screen; whoever fills a store from it maps the fields, which bear the registers' names.
"""
