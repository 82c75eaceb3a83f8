"""What is known of the person who asks: catalog's record of them, cached, and what it weighs."""
