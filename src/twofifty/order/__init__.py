"""The canonical order: frozen values, money, events, arithmetic. No I/O."""
