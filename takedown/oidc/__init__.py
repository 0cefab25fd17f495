"""Sign-in through the office's own OpenID Connect provider: who is linked, what the provider says, whether it holds."""
