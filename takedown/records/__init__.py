"""Owner-record requests: what police ask about domains and phones, whom we ask, and the dossier that answers."""
