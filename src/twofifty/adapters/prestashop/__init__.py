"""PrestaShop: orders by its webservice (XML or JSON) and by hook modules."""
