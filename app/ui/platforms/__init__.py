"""Outside platforms on the screen: what is not there yet, the 誊录 panel, orders, words, comparing."""
