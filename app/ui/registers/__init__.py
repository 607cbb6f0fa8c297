"""Pages over any register: list, form, lines, history, drafts. A new register gets all of it with no code here."""
