"""What runs beside the product in processes of its own: the load, the receivers, a long line."""
