"""Messages judged by what they say, where they lead, and how they hide it: SMS, chats, posts."""
