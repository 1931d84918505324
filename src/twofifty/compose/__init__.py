"""From an order to the bytes of a mail: view model, templates, MIME."""
