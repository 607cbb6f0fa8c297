"""Attachments on the screen: the panel in a form, what is taken in and how, the viewer."""
