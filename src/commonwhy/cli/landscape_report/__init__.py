"""Where people agree, from files of votes: measuring it, and saying it on the terminal, on a page of its own, and on paper."""
