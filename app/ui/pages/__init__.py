"""Pages made by hand: the ones people open every day."""
