"""Words of fraud on the page: offers, alarms and promises, as the lexicons know them."""
