"""Before the main window: the first start and the login. One module a window: only the one needed is loaded."""
