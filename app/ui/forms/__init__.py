"""本地文书 on the screen: the page of packs, installing one, choosing one for a record."""
