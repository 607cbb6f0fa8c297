"""Word (docx) templates of the office's own papers: judged when they come, filled, and made as samples.

The only user of python-docx, docxtpl, Jinja and lxml. Knows no register: names and strings come in as they shall stand.
"""
