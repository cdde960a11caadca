"""Who signs in: the account, its sign-in and its second factor. What an account may do is said in `districts`."""
