"""The fields people type into, one class per kind; ``app.ui.kinds`` says which kind gets which."""
