"""What agents say to each other: who they are, what they ask and tell, and what bounds that."""
