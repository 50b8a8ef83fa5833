"""What goes back to a sender: the fix lists in its own folder."""
