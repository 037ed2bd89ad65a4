"""Models between the session and the lists: they hold ids and the rows in view, and ask for the rest."""
