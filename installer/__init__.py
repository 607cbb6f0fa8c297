"""How the program becomes something a clerk installs. Imports of the program itself: its version only."""
