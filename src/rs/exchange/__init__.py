"""The exchange: listings now; agreements, orders, deliveries and statements have their place here."""
